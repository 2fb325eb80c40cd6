/** Over which time so much must be good: the last days, or a period of the calendar. */
import { t } from '@grafana/i18n';
import { Combobox, Field, Input, RadioButtonGroup } from '@grafana/ui';
import { problemAt } from '../../../components/FieldErrors';
import { type WindowForm, type WindowKind } from './goals';

const ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')].map((value) => ({
  value,
}));

interface WindowFieldsProps {
  /** Begins the ids of the fields. */
  id: string;
  /** Of the window in what is sent: `window`, `furtherObjectives[0].window`. */
  path: string;
  value: WindowForm;
  error: Error | null;
  /** Where there is little room the kind of window is chosen from a list. */
  isNarrow?: boolean;
  change: (part: Partial<WindowForm>) => void;
}

export function WindowFields({ id, path, value, error, isNarrow = false, change }: WindowFieldsProps) {
  const windows: Array<{ value: WindowKind; label: string }> = [
    { value: 'rolling', label: t('slo-edit.rolling', 'Last days') },
    { value: 'week', label: t('slo-edit.week', 'Week') },
    { value: 'month', label: t('slo-edit.month', 'Month') },
    { value: 'quarter', label: t('slo-edit.quarter', 'Quarter') },
    { value: 'year', label: t('slo-edit.year', 'Year') },
  ];
  return (
    <>
      <Field noMargin label={t('slo-edit.window', 'Window')} {...problemAt(error, `${path}.unit`)}>
        {isNarrow ? (
          <Combobox
            id={`${id}-window`}
            width={16}
            options={windows}
            value={value.window}
            onChange={({ value: window }) => change({ window })}
          />
        ) : (
          <RadioButtonGroup options={windows} value={value.window} onChange={(window) => change({ window })} />
        )}
      </Field>
      {value.window === 'rolling' ? (
        <Field noMargin label={t('slo-edit.days', 'Days')} {...problemAt(error, `${path}.days`)}>
          <Input
            id={`${id}-days`}
            width={12}
            inputMode="numeric"
            value={value.days}
            onChange={(event) => change({ days: event.currentTarget.value })}
          />
        </Field>
      ) : (
        <Field
          noMargin
          label={t('slo-edit.zone', 'Time zone')}
          description={isNarrow ? undefined : t('slo-edit.zone-how', 'Where the period begins at midnight.')}
          {...problemAt(error, `${path}.zone`)}
        >
          <Combobox
            id={`${id}-zone`}
            width={32}
            options={ZONES}
            value={value.zone}
            onChange={({ value: zone }) => change({ zone })}
          />
        </Field>
      )}
    </>
  );
}
