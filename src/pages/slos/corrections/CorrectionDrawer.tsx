/** Say that some time does not count, once or again and again. */
import { t } from '@grafana/i18n';
import { Button, Combobox, Drawer, Field, Input, RadioButtonGroup, Stack } from '@grafana/ui';
import { type FormEvent, useState } from 'react';
import { ApiError } from '../../../api/client';
import { useAddCorrection } from '../../../api/sloCorrections';
import { type SloShape } from '../../../api/types.gen';
import { problemAt } from '../../../components/FieldErrors';
import { MomentInput, zoneName } from '../../../components/MomentInput';
import { FailedState } from '../../../components/StateView';
import { type CorrectionForm, correctionOf, newCorrection, type Reach, type Treated } from './form';
import { RepeatFields } from './RepeatFields';
import { CATEGORIES, categoryText } from './words';

export function CorrectionDrawer({ slo, onClose }: { slo: SloShape; onClose: () => void }) {
  const add = useAddCorrection();
  const [form, setForm] = useState(() => newCorrection(Date.now(), zoneName()));
  const change = (part: Partial<CorrectionForm>) => setForm((before) => ({ ...before, ...part }));
  const ready = form.reason.trim() !== '' && form.start !== '' && form.end !== '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(correctionOf(form, slo), { onSuccess: onClose });
  };
  const reaches: Array<{ value: Reach; label: string }> = [
    { value: 'slo', label: t('corrections.this', 'This SLO') },
    { value: 'service', label: t('corrections.of-service', 'SLOs of {{- service}}', { service: slo.service }) },
    { value: 'everything', label: t('corrections.everything', 'All SLOs') },
  ];
  const treatments: Array<{ value: Treated; label: string }> = [
    { value: 'usual', label: t('corrections.usual', 'As usual') },
    { value: 'drop', label: t('corrections.drop', 'Left out') },
    { value: 'good', label: t('corrections.good', 'All good') },
  ];
  return (
    <Drawer title={t('corrections.add', 'Exclude time')} onClose={onClose} size="md">
      <form onSubmit={submit} noValidate>
        <Stack direction="column" gap={2}>
          <Field
            noMargin
            required
            label={t('corrections.reason', 'Why it does not count')}
            {...problemAt(add.error, 'reason')}
          >
            <Input
              id="correction-reason"
              value={form.reason}
              onChange={(event) => change({ reason: event.currentTarget.value })}
            />
          </Field>
          <Field noMargin label={t('corrections.category', 'Kind')} {...problemAt(add.error, 'category')}>
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
            {...problemAt(add.error, 'start')}
          >
            <MomentInput id="correction-start" value={form.start} onChange={(start) => change({ start })} />
          </Field>
          <Field noMargin required label={t('corrections.ends', 'Ends')} {...problemAt(add.error, 'end')}>
            <MomentInput id="correction-end" value={form.end} onChange={(end) => change({ end })} />
          </Field>
          <RepeatFields form={form} change={change} error={add.error} />
          <Field noMargin label={t('corrections.for', 'For')} {...problemAt(add.error, 'scope')}>
            <RadioButtonGroup options={reaches} value={form.reach} onChange={(reach) => change({ reach })} />
          </Field>
          <Field
            noMargin
            label={t('corrections.treatment', 'Its slices and events are')}
            description={t('corrections.treatment-how', 'Usual: events are left out, slices of time count as good.')}
            {...problemAt(add.error, 'treatment')}
          >
            <RadioButtonGroup options={treatments} value={form.treated} onChange={(treated) => change({ treated })} />
          </Field>
          {add.error && !(add.error instanceof ApiError && add.error.problems.length > 0) && (
            <FailedState error={add.error} />
          )}
          <Stack gap={1}>
            <Button type="submit" disabled={!ready || add.isPending}>
              {t('corrections.save', 'Exclude it')}
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
