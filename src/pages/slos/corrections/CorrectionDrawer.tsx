/** Say that some time does not count, once or again and again; or say it otherwise. */
import { t } from '@grafana/i18n';
import { Button, Combobox, Drawer, Field, Input, RadioButtonGroup, Stack } from '@grafana/ui';
import { type FormEvent, useState } from 'react';
import { ApiError } from '../../../api/client';
import { useAddCorrection, useEditCorrection } from '../../../api/sloCorrections';
import { type SloCorrectionShape, type SloShape } from '../../../api/types.gen';
import { problemAt } from '../../../components/FieldErrors';
import { MomentInput } from '../../../components/MomentInput';
import { RefusedState } from '../../../components/StateView';
import { zoneName } from '../../../lib/zone';
import { type CorrectionForm, correctionOf, formOf, newCorrection, type Reach, type Treated } from './form';
import { RepeatFields } from './RepeatFields';
import { CATEGORIES, categoryText, reachText } from './words';

interface CorrectionDrawerProps {
  slo: SloShape;
  /** The one to change, as it was when the person began; absent for a new one. */
  before?: SloCorrectionShape;
  onClose: () => void;
}

export function CorrectionDrawer({ slo, before, onClose }: CorrectionDrawerProps) {
  const add = useAddCorrection();
  const edit = useEditCorrection();
  const { error, isPending } = before ? edit : add;
  const [form, setForm] = useState(() => (before ? formOf(before, slo) : newCorrection(Date.now(), zoneName())));
  const change = (part: Partial<CorrectionForm>) => setForm((before) => ({ ...before, ...part }));
  const ready = form.reason.trim() !== '' && form.start !== '' && form.end !== '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const input = correctionOf(form, slo, before);
    if (before) {
      edit.mutate({ id: before.id, input }, { onSuccess: onClose });
    } else {
      add.mutate(input, { onSuccess: onClose });
    }
  };
  const reaches: Array<{ value: Reach; label: string }> = [
    { value: 'slo', label: t('corrections.this', 'This SLO') },
    { value: 'service', label: t('corrections.of-service', 'SLOs of {{- service}}', { service: slo.service }) },
    { value: 'everything', label: t('corrections.everything', 'All SLOs') },
    ...(before && form.reach === 'kept' ? [{ value: 'kept' as const, label: reachText(before, slo.id) }] : []),
  ];
  const treatments: Array<{ value: Treated; label: string }> = [
    { value: 'usual', label: t('corrections.usual', 'As usual') },
    { value: 'drop', label: t('corrections.drop', 'Left out') },
    { value: 'good', label: t('corrections.good', 'All good') },
  ];
  return (
    <Drawer
      title={before ? t('corrections.edit', 'Change the correction') : t('corrections.add', 'Exclude time')}
      onClose={onClose}
      size="md"
    >
      <form onSubmit={submit} noValidate>
        <Stack direction="column" gap={2}>
          <Field
            noMargin
            required
            label={t('corrections.reason', 'Why it does not count')}
            {...problemAt(error, 'reason')}
          >
            <Input
              id="correction-reason"
              value={form.reason}
              onChange={(event) => change({ reason: event.currentTarget.value })}
            />
          </Field>
          <Field noMargin label={t('corrections.category', 'Kind')} {...problemAt(error, 'category')}>
            <Combobox
              id="correction-category"
              options={CATEGORIES.map((value) => ({ value, label: categoryText(value) }))}
              value={form.category}
              onChange={({ value }) => change({ category: value })}
            />
          </Field>
          <Field
            noMargin
            required
            label={t('corrections.begins', 'Begins')}
            description={t('corrections.zone-how', 'In your time zone, {{- zone}}', { zone: zoneName() })}
            {...problemAt(error, 'start')}
          >
            <MomentInput id="correction-start" value={form.start} onChange={(start) => change({ start })} />
          </Field>
          <Field noMargin required label={t('corrections.ends', 'Ends')} {...problemAt(error, 'end')}>
            <MomentInput id="correction-end" value={form.end} onChange={(end) => change({ end })} />
          </Field>
          <RepeatFields form={form} change={change} error={error} />
          <Field noMargin label={t('corrections.for', 'For')} {...problemAt(error, 'scope')}>
            <RadioButtonGroup options={reaches} value={form.reach} onChange={(reach) => change({ reach })} />
          </Field>
          <Field
            noMargin
            label={t('corrections.treatment', 'Its slices and events are')}
            description={t('corrections.treatment-how', 'Usual: events are left out, slices of time count as good.')}
            {...problemAt(error, 'treatment')}
          >
            <RadioButtonGroup options={treatments} value={form.treated} onChange={(treated) => change({ treated })} />
          </Field>
          {error && !(error instanceof ApiError && error.problems.length > 0) && <RefusedState error={error} />}
          <Stack gap={1}>
            <Button type="submit" disabled={!ready || isPending}>
              {before ? t('corrections.save-change', 'Save') : t('corrections.save', 'Exclude it')}
            </Button>
            <Button type="button" variant="secondary" onClick={onClose}>
              {t('corrections.cancel', 'Cancel')}
            </Button>
          </Stack>
        </Stack>
      </form>
    </Drawer>
  );
}
