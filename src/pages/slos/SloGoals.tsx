/** What else an SLO promises: each further objective with its budget, burn rates, and what they were counted from. */
import { t } from '@grafana/i18n';
import { Stack, Text } from '@grafana/ui';
import { type GoalStatusShape, type SloShape } from '../../api/types.gen';
import { BudgetBar } from '../../components/BudgetBar';
import { PlainTable } from '../../components/PlainTable';
import { SloStatusBadge } from '../../components/SloStatusBadge';
import { formatSeconds } from '../../lib/duration';
import { digitsFor, percentText, rateText } from '../../lib/numbers';
import { BasisTip, budgetNote } from './SloBasis';

export function SloGoals({ slo }: { slo: SloShape }) {
  const goals = slo.status.furtherObjectives ?? [];
  if (goals.length === 0) {
    return null;
  }
  const label = t('slo.goals', 'Further objectives');
  return (
    <Stack direction="column" gap={1}>
      <Text element="h3" variant="h4">
        {label}
      </Text>
      <PlainTable
        label={label}
        head={[
          t('slos.objective', 'Objective'),
          t('slos.status', 'Status'),
          t('slo.reached', 'Reached'),
          t('slo.budget', 'Error budget left'),
          t('slo.burns', 'Burn rates'),
          t('slo.measured', 'Measured'),
        ]}
        rows={goals.map((goal) => ({
          key: `${goal.objective} ${goal.windowText}`,
          cells: [
            <Promise key="promise" goal={goal} slo={slo} />,
            <SloStatusBadge key="status" status={goal.status} />,
            percentText(goal.window?.sli, digitsFor(goal.objective)),
            <Left key="left" goal={goal} slo={slo} />,
            <Burns key="burns" goal={goal} />,
            percentText(goal.window?.coverage, 1),
          ],
        }))}
      />
    </Stack>
  );
}

function Promise({ goal, slo }: { goal: GoalStatusShape; slo: SloShape }) {
  const name = `${goal.objective}%, ${goal.windowText}`;
  return (
    <Stack alignItems="center" gap={0.5}>
      {name}
      {goal.window && <BasisTip name={name} value={goal.window} slo={slo} />}
    </Stack>
  );
}

function Left({ goal: { budget, status, text }, slo }: { goal: GoalStatusShape; slo: SloShape }) {
  return (
    <Stack direction="column" gap={0}>
      <BudgetBar remaining={budget?.remaining ?? null} status={status} />
      <Text color="secondary" variant="bodySmall">
        {budget && status !== 'no_data' ? budgetNote(budget, slo) : text}
      </Text>
    </Stack>
  );
}

/** The hour and the quarter of a day: as in the list. */
function Burns({ goal: { burnRates } }: { goal: GoalStatusShape }) {
  const shown = burnRates.filter(({ windowSeconds }) => [3600, 6 * 3600].includes(windowSeconds));
  return shown
    .map(({ windowSeconds, burnRate }) => `${formatSeconds(windowSeconds)}: ${rateText(burnRate)}`)
    .join(' · ');
}
