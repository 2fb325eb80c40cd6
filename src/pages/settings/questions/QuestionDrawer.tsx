/** Write what is asked when an alert comes in, and try it on labels before it is saved. */
import { t } from '@grafana/i18n';
import { Field, Input, RadioButtonGroup, Switch, TextArea } from '@grafana/ui';
import { useState } from 'react';
import { enrichmentInputOf, useSaveEnrichment } from '../../../api/enrichments';
import { type EnrichmentInput, type EnrichmentShape, type EnrichmentSource } from '../../../api/types.gen';
import { problemAt } from '../../../components/FieldErrors';
import { MatchersField } from '../../../components/MatchersField';
import { FormDrawer } from '../FormDrawer';
import { NumberField } from '../NumberField';
import { TryOut } from './TryOut';
import { askedText } from './words';

const ASKED: readonly EnrichmentSource[] = ['prometheus', 'loki'];

interface QuestionDrawerProps {
  /** Null for a new one. */
  rule: EnrichmentShape | null;
  onClose: () => void;
}

export function QuestionDrawer({ rule, onClose }: QuestionDrawerProps) {
  const save = useSaveEnrichment();
  const [draft, setDraft] = useState<EnrichmentInput>(() =>
    rule ? enrichmentInputOf(rule) : { title: '', query: '', source: 'prometheus' }
  );
  const change = (part: Partial<EnrichmentInput>) => setDraft((before) => ({ ...before, ...part }));
  const ready = draft.title.trim() !== '' && draft.query.trim() !== '';
  return (
    <FormDrawer
      title={rule ? rule.title : t('questions.new', 'New question about alerts')}
      subtitle={t('questions.subtitle', 'Asked once about each new alert; what was asked before stays as it was')}
      onClose={onClose}
      error={save.error}
      ready={ready}
      busy={save.isPending}
      outcome={<TryOut rule={draft} ready={ready} />}
      onSubmit={() => save.mutate({ ...(rule && { id: rule.id }), rule: draft }, { onSuccess: onClose })}
    >
      <Field label={t('questions.title', 'Name')} required {...problemAt(save.error, 'title')}>
        <Input value={draft.title} onChange={(event) => change({ title: event.currentTarget.value })} />
      </Field>
      <MatchersField matchers={draft.matchers ?? []} onChange={(matchers) => change({ matchers })} error={save.error} />
      <Field label={t('questions.source', 'Asks')} {...problemAt(save.error, 'source')}>
        <RadioButtonGroup<EnrichmentSource>
          value={draft.source ?? 'prometheus'}
          onChange={(source) => change({ source })}
          options={ASKED.map((value) => ({ value, label: askedText(value) }))}
        />
      </Field>
      <Field
        label={t('questions.text', 'Query')}
        description={t(
          'questions.text-hint',
          '$labels.namespace stands for the value of the alert’s label, already quoted: errors{namespace=$labels.namespace}'
        )}
        required
        {...problemAt(save.error, 'query')}
      >
        <TextArea
          rows={4}
          spellCheck={false}
          value={draft.query}
          onChange={(event) => change({ query: event.currentTarget.value })}
        />
      </Field>
      {draft.source === 'loki' && (
        <NumberField
          label={t('questions.window', 'Looks for lines of the last (seconds)')}
          min={1}
          value={draft.windowSeconds ?? 300}
          onChange={(windowSeconds) => change({ windowSeconds })}
          problem={problemAt(save.error, 'windowSeconds')}
        />
      )}
      <NumberField
        label={t('questions.position', 'Order (smaller is asked first)')}
        value={draft.position}
        onChange={(position) => change({ position })}
        problem={problemAt(save.error, 'position')}
      />
      <Field label={t('questions.enabled', 'In use')}>
        <Switch value={draft.enabled ?? true} onChange={(event) => change({ enabled: event.currentTarget.checked })} />
      </Field>
    </FormDrawer>
  );
}
