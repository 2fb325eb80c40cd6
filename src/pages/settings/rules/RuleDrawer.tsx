/** Write a rule, and try it on the alerts of the last days before it is saved. */
import { t } from '@grafana/i18n';
import { Combobox, Field, Input, Switch, TagsInput } from '@grafana/ui';
import { useState } from 'react';
import { useDryRun, useSaveRule } from '../../../api/rules';
import { type Action, type AutoResolve, type RuleInput, type RuleShape } from '../../../api/types.gen';
import { problemAt } from '../../../components/FieldErrors';
import { useLevels } from '../../../components/levels';
import { MatchersField } from '../../../components/MatchersField';
import { FormDrawer } from '../FormDrawer';
import { TryButton } from '../TryButton';
import { NumberField } from '../NumberField';
import { DryRunResult } from './DryRunResult';
import { meaningsOf, SeverityWords, wordsOf } from './SeverityWords';
import { autoResolveText } from './words';

const POLICIES: readonly AutoResolve[] = ['all_resolved', 'first_resolved', 'last_resolved', 'never'];

/** Days of history that a rule is tried on. */
const DRY_RUN_DAYS = 30;

interface RuleDrawerProps {
  /** Null for a new one. */
  rule: RuleShape | null;
  onClose: () => void;
}

export function RuleDrawer({ rule, onClose }: RuleDrawerProps) {
  const save = useSaveRule();
  const dryRun = useDryRun();
  const [draft, setDraft] = useState<RuleInput>(() => draftOf(rule));
  const [words, setWords] = useState(() => wordsOf(rule));
  const levels = useLevels().map(({ id }) => id);
  const written = { ...draft, ...meaningsOf(words, levels) };
  const change = (part: Partial<RuleInput>) => setDraft((before) => ({ ...before, ...part }));
  const target = rule ? { id: rule.id } : {};
  const failure = save.error ?? dryRun.error;

  return (
    <FormDrawer
      title={rule ? rule.name : t('rule.new', 'New rule')}
      onClose={onClose}
      error={failure}
      errorTitle={save.error ? undefined : t('rule.not-tried', 'Not tried')}
      ready={draft.name !== ''}
      busy={save.isPending}
      actions={
        <>
          <TryButton
            ready={draft.name !== ''}
            busy={dryRun.isPending}
            onClick={() => dryRun.mutate({ ...target, rule: written, days: DRY_RUN_DAYS })}
          >
            {t('rule.try', 'Try on the last {{- days}} days', { days: DRY_RUN_DAYS })}
          </TryButton>
          <TryButton
            ready={draft.name !== ''}
            busy={dryRun.isPending}
            tooltip={t('rule.try-prometheus-help', 'On what Prometheus remembers of the same days')}
            onClick={() => dryRun.mutate({ ...target, rule: written, days: DRY_RUN_DAYS, history: 'prometheus' })}
          >
            {t('rule.try-prometheus', 'Try on Prometheus history')}
          </TryButton>
        </>
      }
      outcome={dryRun.data && <DryRunResult result={dryRun.data} />}
      onSubmit={() => save.mutate({ ...target, rule: written }, { onSuccess: onClose })}
    >
      <Field label={t('rule.name', 'Name')} required {...problemAt(failure, 'name')}>
        <Input value={draft.name} onChange={(event) => change({ name: event.currentTarget.value })} />
      </Field>
      <MatchersField matchers={draft.matchers ?? []} onChange={(matchers) => change({ matchers })} error={failure} />
      <Field label={t('rule.action', 'Such alerts')} {...problemAt(failure, 'action')}>
        <Combobox<Action>
          value={draft.action ?? 'incident'}
          onChange={({ value }) => change({ action: value })}
          options={[
            { value: 'incident', label: t('rule.action-incident', 'open or join an incident') },
            { value: 'candidate', label: t('rule.action-candidate', 'wait for a person') },
            { value: 'suppress', label: t('rule.action-suppress', 'wait for a parent') },
            { value: 'set_aside', label: t('rule.action-set-aside', 'are only kept') },
          ]}
        />
      </Field>
      {draft.action === 'suppress' && (
        <Field
          label={t('rule.parents', 'Parents')}
          description={t(
            'rule.parents-hint',
            'Services whose open incident suppresses such alerts; none means what the service is declared to depend on. When the parent’s incident is over, alerts that still fire open theirs.'
          )}
          {...problemAt(failure, 'parents')}
        >
          <TagsInput tags={draft.parents ?? []} onChange={(parents) => change({ parents })} />
        </Field>
      )}
      <Field
        label={t('rule.group-by', 'One incident for each')}
        description={t('rule.group-by-hint', 'Labels; none means the service')}
        {...problemAt(failure, 'groupBy')}
      >
        <TagsInput tags={draft.groupBy ?? []} onChange={(groupBy) => change({ groupBy })} />
      </Field>
      <NumberField
        label={t('rule.window', 'Joins an open incident within (seconds)')}
        value={draft.windowSeconds}
        onChange={(windowSeconds) => change({ windowSeconds })}
        problem={problemAt(failure, 'windowSeconds')}
      />
      <SeverityWords words={words} error={failure} onChange={setWords} />
      <Field label={t('rule.resolve', 'The incident')} {...problemAt(failure, 'autoResolve')}>
        <Combobox
          value={draft.autoResolve ?? 'all_resolved'}
          onChange={({ value }) => change({ autoResolve: value })}
          options={POLICIES.map((value) => ({ value, label: autoResolveText(value) }))}
        />
      </Field>
      <NumberField
        label={t('rule.hold', 'Held open after that, against flapping (seconds)')}
        value={draft.holdSeconds}
        onChange={(holdSeconds) => change({ holdSeconds })}
        problem={problemAt(failure, 'holdSeconds')}
      />
      <NumberField
        label={t('rule.position', 'Order (smaller is tried first)')}
        value={draft.position}
        onChange={(position) => change({ position })}
        problem={problemAt(failure, 'position')}
      />
      <Field label={t('rule.drill', 'Drills: never counted in metrics')}>
        <Switch value={draft.drill ?? false} onChange={(event) => change({ drill: event.currentTarget.checked })} />
      </Field>
      <Field label={t('rule.enabled', 'In use')}>
        <Switch value={draft.enabled ?? true} onChange={(event) => change({ enabled: event.currentTarget.checked })} />
      </Field>
    </FormDrawer>
  );
}

function draftOf(rule: RuleShape | null): RuleInput {
  if (!rule) {
    return { name: '', matchers: [] };
  }
  const { id: _id, ...draft } = rule;
  return draft;
}
