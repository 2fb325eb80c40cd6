/** An error-budget policy: what is agreed to be done once so much of the budget is spent. */
import { t } from '@grafana/i18n';
import { Button, Field, Input, Stack, Text } from '@grafana/ui';
import { problemAt } from '../../../components/FieldErrors';
import { type AlertFieldsProps } from './AlertFields';

export function BudgetSteps({ alerts: { steps }, change, error }: AlertFieldsProps) {
  const put = (at: number, part: Partial<{ percent: string; action: string }>) =>
    change({ steps: steps.map((each, i) => (i === at ? { ...each, ...part } : each)) });
  return (
    <Stack direction="column" gap={1}>
      <Field
        noMargin
        label={t('slo-alert.policy', 'What is to be done as the budget is spent')}
        description={t('slo-alert.policy-how', 'Each step is told with the alert, and says what was agreed.')}
        {...problemAt(error, 'alerts.budgetPolicy')}
      >
        <Text color="secondary">{steps.length === 0 && t('slo-alert.no-policy', 'Nothing is agreed yet.')}</Text>
      </Field>
      {steps.map(({ percent, action }, at) => (
        <Stack key={at} gap={1} alignItems="flex-end">
          <Field noMargin label={t('slo-alert.step-percent', 'From')}>
            <Input
              id={`slo-step-percent-${at}`}
              width={10}
              inputMode="numeric"
              suffix="%"
              value={percent}
              onChange={(event) => put(at, { percent: event.currentTarget.value })}
            />
          </Field>
          <Field
            noMargin
            label={t('slo-alert.step-action', 'Is to be done')}
            {...problemAt(error, `alerts.budgetPolicy[${at}].action`)}
          >
            <Input
              id={`slo-step-action-${at}`}
              width={50}
              placeholder={t('slo-alert.step-like', 'Freeze releases, except for what helps')}
              value={action}
              onChange={(event) => put(at, { action: event.currentTarget.value })}
            />
          </Field>
          <Button
            type="button"
            variant="secondary"
            fill="text"
            icon="trash-alt"
            aria-label={t('slo-alert.remove-step', 'Remove the step at {{- percent}} %', { percent })}
            onClick={() => change({ steps: steps.filter((_, i) => i !== at) })}
          />
        </Stack>
      ))}
      <div>
        <Button
          type="button"
          variant="secondary"
          icon="plus"
          onClick={() => change({ steps: [...steps, { percent: steps.length === 0 ? '50' : '100', action: '' }] })}
        >
          {t('slo-alert.add-step', 'Add a step')}
        </Button>
      </div>
    </Stack>
  );
}
