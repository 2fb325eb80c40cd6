/** What incidents took of error budgets: each SLO against what its objective allows in the chosen time. */
import { css } from '@emotion/css';
import { t } from '@grafana/i18n';
import { Stack, Text, TextLink, useStyles2 } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { budgetCostQuery } from '../../api/insights';
import { type BudgetCostListShape, type BudgetCostShape } from '../../api/types.gen';
import { momentText } from '../../components/Moment';
import { PlainTable } from '../../components/PlainTable';
import { ServiceLink } from '../../components/ServiceLink';
import { LoadingState, StateView } from '../../components/StateView';
import { pageUrl, ROUTES } from '../../constants';
import { formatSeconds } from '../../lib/duration';
import { budgetText, countText, percentText } from '../../lib/numbers';
import { AskedQuery } from '../incidents/tabs/AskedQuery';

export function BudgetCost({ from, to }: { from: string; to: string }) {
  const title = t('insights.budget', 'What incidents took of error budgets');
  const costs = useQuery(budgetCostQuery(from, to));
  return (
    <section aria-label={title}>
      <Stack direction="column" gap={1}>
        <Text element="h3" variant="h5">
          {title}
        </Text>
        <StateView
          query={costs}
          loading={<LoadingState lines={3} />}
          isEmpty={({ items }) => items.length === 0}
          empty={<Text color="secondary">{emptyText(costs.data?.lookedAt ?? 0)}</Text>}
        >
          {(data) => <Costs title={title} data={data} />}
        </StateView>
      </Stack>
    </section>
  );
}

function emptyText(lookedAt: number): string {
  return lookedAt === 0
    ? t('insights.budget-none', 'No SLO measures a service that had incidents. Define one, and its cost shows here.')
    : t('insights.budget-nothing', 'Incidents cost none of the SLOs of their services anything in this period.');
}

function Costs({ title, data: { items, leftOut } }: { title: string; data: BudgetCostListShape }) {
  return (
    <>
      <Text color="secondary" variant="bodySmall">
        {t(
          'insights.budget-what',
          'Bad events while incidents lasted, of all that the objective allows in this period. Incidents that overlap count once, drills never.'
        )}
      </Text>
      <PlainTable
        label={title}
        head={[
          t('insights.budget-slo', 'SLO'),
          t('insights.budget-service', 'Service'),
          t('insights.budget-incidents', 'Incidents'),
          t('insights.budget-bad', 'Bad meanwhile'),
          t('insights.budget-share', 'Of the budget'),
          t('insights.budget-all', 'Spent in all'),
          t('insights.budget-counted', 'Counted'),
          t('insights.budget-query', 'Query'),
        ]}
        rows={items.map((each) => ({ key: each.sloId, cells: cellsOf(each) }))}
      />
      {leftOut > 0 && (
        <Text color="secondary" variant="bodySmall">
          {t('insights.budget-left-out', '{{- count, number}} more SLOs are not looked at: choose a shorter period', {
            count: leftOut,
            defaultValue_one: '{{- count}} more SLO is not looked at: choose a shorter period',
          })}
        </Text>
      )}
    </>
  );
}

function cellsOf(cost: BudgetCostShape) {
  const span = { from: cost.countedFrom, to: cost.countedTo };
  return [
    <TextLink key="slo" href={pageUrl(ROUTES.slos, cost.sloId)}>
      {cost.name}
    </TextLink>,
    <ServiceLink key="service" name={cost.service} />,
    t('insights.budget-lasted', '{{- count, number}} ({{- time}})', {
      count: cost.incidents,
      time: formatSeconds(cost.incidentSeconds),
    }),
    cost.events
      ? t('insights.budget-bad-of', '{{- bad}} of {{- total}}', {
          bad: countText(cost.bad),
          total: countText(cost.total),
        })
      : percentText(cost.total > 0 ? cost.bad / cost.total : null, 3),
    budgetText(cost.spent),
    budgetText(cost.consumed),
    <Counted key="counted" cost={cost} />,
    <AskedQuery key="query" query={cost.queries[0]} span={span} width={200} />,
  ];
}

/** Of how much, since when, and how much of that time was measured. */
function Counted({ cost }: { cost: BudgetCostShape }) {
  const styles = useStyles2(getStyles);
  return (
    <span className={styles.counted} title={[cost.countedFrom, cost.countedTo].map((at) => momentText(at)).join(' – ')}>
      {cost.events &&
        t('insights.budget-events', '{{- count, number}} events', {
          count: cost.periodTotal,
          defaultValue_one: '{{- count}} event',
        })}
      <Text element="p" color="secondary" variant="bodySmall">
        {t('insights.budget-since', 'since {{- from}}, {{- share}} measured', {
          from: momentText(cost.countedFrom, 'YYYY-MM-DD HH:mm'),
          share: percentText(cost.coverage, 0),
        })}
      </Text>
    </span>
  );
}

const getStyles = () => ({ counted: css({ whiteSpace: 'nowrap' }) });
