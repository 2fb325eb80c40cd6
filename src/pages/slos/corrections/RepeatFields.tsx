/** Whether such time comes again, on which days and by whose clock. */
import { t } from '@grafana/i18n';
import { Checkbox, Combobox, Field, RadioButtonGroup, Stack } from '@grafana/ui';
import { problemAt } from '../../../components/FieldErrors';
import { type CorrectionForm, type Repeat, WEEKDAYS } from './form';
import { weekdayText } from './words';

const ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')].map((value) => ({
  value,
}));

interface RepeatFieldsProps {
  form: CorrectionForm;
  change: (part: Partial<CorrectionForm>) => void;
  error: Error | null;
}

export function RepeatFields({ form, change, error }: RepeatFieldsProps) {
  const repeats: Array<{ value: Repeat; label: string }> = [
    { value: 'once', label: t('corrections.once', 'once') },
    { value: 'DAILY', label: t('corrections.daily', 'every day') },
    { value: 'WEEKLY', label: t('corrections.weekly', 'every week') },
    { value: 'MONTHLY', label: t('corrections.monthly', 'every month') },
    ...(form.repeat === 'kept' ? [{ value: 'kept' as const, label: t('corrections.by-rule', 'by its rule') }] : []),
  ];
  const days = t('corrections.days', 'On');
  return (
    <>
      <Field noMargin label={t('corrections.comes', 'Comes')} {...problemAt(error, 'recurrence')}>
        <RadioButtonGroup options={repeats} value={form.repeat} onChange={(repeat) => change({ repeat })} />
      </Field>
      {form.repeat === 'WEEKLY' && (
        <div role="group" aria-label={days}>
          <Stack gap={2} wrap="wrap">
            {WEEKDAYS.map((day, at) => (
              <Checkbox
                key={day}
                label={weekdayText(at)}
                value={form.days.includes(day)}
                onChange={(event) =>
                  change({
                    days: event.currentTarget.checked ? [...form.days, day] : form.days.filter((each) => each !== day),
                  })
                }
              />
            ))}
          </Stack>
        </div>
      )}
      {form.repeat !== 'once' && (
        <Field noMargin label={t('corrections.clock', 'By the clock of')} {...problemAt(error, 'zone')}>
          <Combobox
            id="correction-zone"
            options={ZONES}
            value={form.zone}
            onChange={({ value }) => change({ zone: value })}
          />
        </Field>
      )}
    </>
  );
}
