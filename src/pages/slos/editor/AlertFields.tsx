/** When the alert fires: how quickly the budget burns, how much of it is gone, how long nothing was measured. */
import { t } from '@grafana/i18n';
import { Field, Input, Stack, Switch, TagsInput } from '@grafana/ui';
import { problemAt } from '../../../components/FieldErrors';
import { type AlertForm } from './alerts';
import { AlertTexts } from './AlertTexts';
import { BudgetSteps } from './BudgetSteps';
import { type FieldsProps } from './fields';
import { SecondsField } from './SecondsField';
import { TierFields } from './TierFields';

export interface AlertFieldsProps {
  alerts: AlertForm;
  change: (part: Partial<AlertForm>) => void;
  error: Error | null;
}

export function AlertFields({ form, change, error }: FieldsProps) {
  const props: AlertFieldsProps = {
    alerts: form.alerts,
    change: (part) => change({ alerts: { ...form.alerts, ...part } }),
    error,
  };
  return (
    <>
      <TierFields {...props} />
      <Thresholds {...props} />
      <BudgetSteps {...props} />
      <AlertTexts {...props} />
    </>
  );
}

function Thresholds({ alerts, change, error }: AlertFieldsProps) {
  return (
    <>
      <Field
        noMargin
        label={t('slo-alert.spent', 'Also when so much of the budget is spent')}
        description={t('slo-alert.spent-how', 'In percent: 50, 75, 100')}
        {...problemAt(error, 'alerts.spentPercent')}
      >
        <TagsInput
          id="slo-spent"
          placeholder={t('slo-alert.spent-like', '75')}
          tags={alerts.spent}
          onChange={(spent) => change({ spent })}
          addOnBlur
        />
      </Field>
      <SecondsField
        id="slo-exhausted"
        label={t('slo-alert.exhausted', 'Tell when the budget is spent within')}
        description={t(
          'slo-alert.exhausted-how',
          'If things go on as in the last hour and as in the last day. Three days are 259200; empty: never.'
        )}
        placeholder={t('slo-alert.never', 'never')}
        value={alerts.exhaustedWithin}
        onChange={(exhaustedWithin) => change({ exhaustedWithin })}
        problem={problemAt(error, 'alerts.exhaustedWithinSeconds')}
      />
      <Stack gap={2} wrap="wrap">
        <Field
          noMargin
          label={t('slo-alert.failures', 'Failures at least')}
          {...problemAt(error, 'alerts.minFailures')}
        >
          <Input
            id="slo-min-failures"
            width={16}
            inputMode="numeric"
            value={alerts.minFailures}
            onChange={(event) => change({ minFailures: event.currentTarget.value })}
          />
        </Field>
        <Field noMargin label={t('slo-alert.total', 'Events at least')} {...problemAt(error, 'alerts.minTotal')}>
          <Input
            id="slo-min-total"
            width={16}
            inputMode="numeric"
            value={alerts.minTotal}
            onChange={(event) => change({ minTotal: event.currentTarget.value })}
          />
        </Field>
        <SecondsField
          id="slo-sustain"
          label={t('slo-alert.sustain', 'Must hold for')}
          value={alerts.sustainSeconds}
          onChange={(sustainSeconds) => change({ sustainSeconds })}
          problem={problemAt(error, 'alerts.sustainSeconds')}
        />
      </Stack>
      <Field
        noMargin
        label={t('slo-alert.traffic', 'Weigh by the traffic of the whole window')}
        description={t(
          'slo-alert.traffic-how',
          'Some errors in a quiet hour are little of the budget and page nobody.'
        )}
      >
        <Switch
          id="slo-traffic"
          value={alerts.trafficAware}
          onChange={(event) => change({ trafficAware: event.currentTarget.checked })}
        />
      </Field>
      <SecondsField
        id="slo-no-data"
        label={t('slo-alert.no-data', 'Tell when nothing was measured for')}
        description={t(
          'slo-alert.no-data-how',
          'Also while queries fail. Empty: never; an alert that fires keeps firing meanwhile.'
        )}
        placeholder={t('slo-alert.never', 'never')}
        value={alerts.noDataSeconds}
        onChange={(noDataSeconds) => change({ noDataSeconds })}
        problem={problemAt(error, 'alerts.noDataSeconds')}
      />
    </>
  );
}
