/** How much must be good, over which time, and how that is counted. */
import { t } from '@grafana/i18n';
import { Combobox, Field, Input, RadioButtonGroup, Stack, Switch } from '@grafana/ui';
import { problemAt } from '../../../components/FieldErrors';
import { type FieldsProps } from './fields';
import { FurtherGoals } from './FurtherGoals';
import { type BudgetKind, isSliced } from './indicator';
import { WindowFields } from './WindowFields';

/** Widths that nest into the stored counts. */
const SLICES = [60, 300, 900, 1800, 3600];

export function TargetFields(props: FieldsProps) {
  const { form, change, error } = props;
  return (
    <>
      <Field
        noMargin
        label={t('slo-edit.objective', 'Objective')}
        description={t('slo-edit.objective-how', 'Kept exactly as written; 100% would leave nothing to spend.')}
        {...problemAt(error, 'objective')}
      >
        <Input
          id="slo-objective"
          width={20}
          inputMode="decimal"
          suffix="%"
          value={form.objective}
          onChange={(event) => change({ objective: event.currentTarget.value })}
        />
      </Field>
      <WindowFields id="slo" path="window" value={form} error={error} change={change} />
      <Field
        noMargin
        label={t('slo-edit.alerting-main', 'Alert on this objective')}
        description={t(
          'slo-edit.alerting-how',
          'Off: it is only shown. Each objective that alerts has an alert of its own.'
        )}
      >
        <Switch
          id="slo-alerting"
          value={form.alerting}
          onChange={(event) => change({ alerting: event.currentTarget.checked })}
        />
      </Field>
      <FurtherGoals {...props} />
      {form.kind !== 'composite' && <Counting {...props} />}
    </>
  );
}

function Counting({ form, change, error }: FieldsProps) {
  const kinds: Array<{ value: BudgetKind; label: string; description: string }> = [
    {
      value: 'occurrences',
      label: t('slo-edit.occurrences', 'Events'),
      description: t('slo-edit.occurrences-how', 'Every event counts once'),
    },
    {
      value: 'timeslices',
      label: t('slo-edit.timeslices', 'Good slices'),
      description: t('slo-edit.timeslices-how', 'Each slice of time is good or bad'),
    },
    {
      value: 'ratio_timeslices',
      label: t('slo-edit.ratio-timeslices', 'Mean of slices'),
      description: t('slo-edit.ratio-timeslices-how', 'Each slice of time counts with its share'),
    },
  ];
  const unfit: BudgetKind[] = isSliced(form.kind) ? ['occurrences'] : [];
  const missing = [
    { value: 'ignore', label: t('slo-edit.ignore', 'Left out') },
    { value: 'good', label: t('slo-edit.as-good', 'Good') },
    { value: 'bad', label: t('slo-edit.as-bad', 'Bad') },
    { value: 'last', label: t('slo-edit.as-last', 'As the last one') },
  ] as const;
  return (
    <>
      <Field
        noMargin
        label={t('slo-edit.budgeting', 'Budget is counted in')}
        description={kinds.find((each) => each.value === form.budgeting)?.description}
        {...problemAt(error, 'budgeting')}
      >
        <RadioButtonGroup
          options={kinds}
          disabledOptions={unfit}
          value={form.budgeting}
          onChange={(budgeting) => change({ budgeting })}
        />
      </Field>
      {form.budgeting !== 'occurrences' && (
        <Stack gap={2} wrap="wrap">
          {form.budgeting === 'timeslices' && (
            <Field noMargin label={t('slo-edit.slice-target', 'A slice is good from')}>
              <Input
                id="slo-slice-target"
                width={16}
                suffix="%"
                value={form.sliceTarget}
                onChange={(event) => change({ sliceTarget: event.currentTarget.value })}
              />
            </Field>
          )}
          <Field noMargin label={t('slo-edit.slice', 'Width of a slice')}>
            <Combobox
              id="slo-slice"
              width={20}
              options={SLICES.map((value) => ({
                value,
                label: t('slo-edit.minutes', '{{- minutes}} min', { minutes: value / 60 }),
              }))}
              value={form.sliceSeconds}
              onChange={({ value }) => change({ sliceSeconds: value })}
            />
          </Field>
          <Field
            noMargin
            label={t('slo-edit.missing', 'Slices without a measurement are')}
            {...problemAt(error, 'missingData')}
          >
            <RadioButtonGroup
              options={[...missing]}
              value={form.missingData}
              onChange={(missingData) => change({ missingData })}
            />
          </Field>
        </Stack>
      )}
    </>
  );
}
