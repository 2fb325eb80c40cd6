/** What else is promised of the same counts: each objective stands for itself, and alerts if it is wanted. */
import { t } from '@grafana/i18n';
import { Field, Input, Stack, Switch, Text } from '@grafana/ui';
import { problemAt } from '../../../components/FieldErrors';
import { RowList } from '../../../components/RowList';
import { type FieldsProps, problemOfWhole } from './fields';
import { MOST_FURTHER, NEW_GOAL } from './goals';
import { WindowFields } from './WindowFields';

export function FurtherGoals({ form: { further }, change, error }: FieldsProps) {
  return (
    <Stack direction="column" gap={1}>
      <Field
        noMargin
        label={t('slo-edit.further', 'Further objectives')}
        description={t(
          'slo-edit.further-how',
          'Held against the same counts, each with a budget of its own. Those that alert do so by the same rules, scaled to them.'
        )}
        {...problemOfWhole(error, 'furtherObjectives')}
      >
        <Text color="secondary">{further.length === 0 && t('slo-edit.no-further', 'There are none.')}</Text>
      </Field>
      <RowList
        rows={further}
        onChange={(rows) => change({ further: rows })}
        fresh={NEW_GOAL}
        most={MOST_FURTHER}
        addLabel={t('slo-edit.add-further', 'Add an objective')}
        removeLabel={({ objective }) =>
          t('slo-edit.remove-further', 'Remove the objective {{- objective}}%', { objective })
        }
        alignItems="flex-end"
      >
        {(goal, put, at) => (
          <>
            <Field
              noMargin
              label={t('slo-edit.objective', 'Objective')}
              {...problemOfWhole(error, `furtherObjectives[${at}]`)}
              {...problemAt(error, `furtherObjectives[${at}].objective`)}
            >
              <Input
                id={`slo-further-objective-${at}`}
                width={14}
                inputMode="decimal"
                suffix="%"
                value={goal.objective}
                onChange={(event) => put({ objective: event.currentTarget.value })}
              />
            </Field>
            <WindowFields
              id={`slo-further-${at}`}
              path={`furtherObjectives[${at}].window`}
              value={goal}
              error={error}
              isNarrow
              change={put}
            />
            <Field noMargin label={t('slo-edit.alerting', 'Alerts')}>
              <Switch
                id={`slo-further-alerting-${at}`}
                value={goal.alerting}
                onChange={(event) => put({ alerting: event.currentTarget.checked })}
              />
            </Field>
          </>
        )}
      </RowList>
    </Stack>
  );
}
