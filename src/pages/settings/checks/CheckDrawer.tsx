/** Add a check as data: a query, and when its answer is bad. */
import { t } from '@grafana/i18n';
import { Field, Input, RadioButtonGroup, Switch, TagsInput, TextArea } from '@grafana/ui';
import { useState } from 'react';
import { customOf, useSaveCheck } from '../../../api/checks';
import { type CheckShape, type CustomCheckInput, type Op } from '../../../api/types.gen';
import { problemAt } from '../../../components/FieldErrors';
import { FormDrawer } from '../FormDrawer';
import { NumberField } from '../NumberField';

interface CheckDrawerProps {
  /** Null for a new one. */
  check: CheckShape | null;
  onClose: () => void;
}

export function CheckDrawer({ check, onClose }: CheckDrawerProps) {
  const save = useSaveCheck();
  const [draft, setDraft] = useState<CustomCheckInput>(() => (check ? customOf(check) : { title: '', query: '' }));
  const change = (part: Partial<CustomCheckInput>) => setDraft((before) => ({ ...before, ...part }));
  return (
    <FormDrawer
      title={check ? check.title : t('check.new', 'New check')}
      subtitle={t('check.subtitle', 'Investigations ask its query beside all others')}
      onClose={onClose}
      error={save.error}
      ready={draft.title.trim() !== '' && draft.query.trim() !== ''}
      busy={save.isPending}
      onSubmit={() => save.mutate({ ...(check && { id: check.id }), body: draft }, { onSuccess: onClose })}
    >
      <Field label={t('check.title', 'Title')} required {...problemAt(save.error, 'title')}>
        <Input value={draft.title} onChange={(event) => change({ title: event.currentTarget.value })} />
      </Field>
      <Field
        label={t('check.query', 'Query')}
        description={t('check.query-hint', 'PromQL; $namespace, $service, $services and $range are filled in')}
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
      <Field label={t('check.by', 'Labels that name the service, pod or workload')} {...problemAt(save.error, 'by')}>
        <TagsInput
          tags={draft.by ?? []}
          onChange={(by) => change({ by })}
          placeholder={t('check.by-type', 'Type a label, then Enter')}
        />
      </Field>
      <Field label={t('check.op', 'Its answer is bad when it')} {...problemAt(save.error, 'op')}>
        <RadioButtonGroup<Op | ''>
          value={draft.op ?? ''}
          onChange={(op) => change({ op: op === '' ? null : op })}
          options={[
            { value: '', label: t('check.noise', 'departs from its own noise') },
            { value: '>', label: t('check.above', 'is above a threshold, too') },
            { value: '<', label: t('check.below', 'is below a threshold, too') },
          ]}
        />
      </Field>
      {draft.op && (
        <>
          <Field label={t('check.threshold', 'Threshold')} {...problemAt(save.error, 'threshold')}>
            <Input
              type="number"
              step="any"
              width={20}
              value={draft.threshold ?? 0}
              onChange={(event) => change({ threshold: event.currentTarget.valueAsNumber || 0 })}
            />
          </Field>
          <NumberField
            label={t('check.points', 'At this many points of the window')}
            min={1}
            value={draft.points ?? 2}
            onChange={(points) => change({ points })}
            problem={problemAt(save.error, 'points')}
          />
        </>
      )}
      <Field label={t('check.unit', 'Unit')} {...problemAt(save.error, 'unit')}>
        <Input width={20} value={draft.unit ?? ''} onChange={(event) => change({ unit: event.currentTarget.value })} />
      </Field>
      <Field
        label={t('check.fix', 'What helps')}
        description={t('check.fix-hint', 'Shown beside what it finds')}
        {...problemAt(save.error, 'fix')}
      >
        <Input value={draft.fix ?? ''} onChange={(event) => change({ fix: event.currentTarget.value })} />
      </Field>
      <Field label={t('check.enabled', 'In use')}>
        <Switch value={draft.enabled ?? true} onChange={(event) => change({ enabled: event.currentTarget.checked })} />
      </Field>
    </FormDrawer>
  );
}
