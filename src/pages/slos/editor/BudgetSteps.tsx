/** An error-budget policy: what is agreed to be done once so much of the budget is spent. */
import { t } from '@grafana/i18n';
import { Field, Input, Stack, Text } from '@grafana/ui';
import { problemAt } from '../../../components/FieldErrors';
import { RowList } from '../../../components/RowList';
import { type AlertFieldsProps } from './AlertFields';

export function BudgetSteps({ alerts: { steps }, change, error }: AlertFieldsProps) {
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
      <RowList
        rows={steps}
        onChange={(rows) => change({ steps: rows })}
        fresh={{ percent: steps.length === 0 ? '50' : '100', action: '' }}
        addLabel={t('slo-alert.add-step', 'Add a step')}
        removeLabel={({ percent }) => t('slo-alert.remove-step', 'Remove the step at {{- percent}}%', { percent })}
        alignItems="flex-end"
      >
        {({ percent, action }, put, at) => (
          <>
            <Field noMargin label={t('slo-alert.step-percent', 'From')}>
              <Input
                id={`slo-step-percent-${at}`}
                width={10}
                inputMode="numeric"
                suffix="%"
                value={percent}
                onChange={(event) => put({ percent: event.currentTarget.value })}
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
                onChange={(event) => put({ action: event.currentTarget.value })}
              />
            </Field>
          </>
        )}
      </RowList>
    </Stack>
  );
}
