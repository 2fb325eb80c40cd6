/** Learn: how quick we are, how much happened, what came back and what is left to do. */
import { t } from '@grafana/i18n';
import { PluginPage } from '@grafana/runtime';
import { Grid, LinkButton, Stack } from '@grafana/ui';
import { useInsights } from '../../api/insights';
import { useLevels } from '../../components/levels';
import { type InsightsShape } from '../../api/types.gen';
import { PeriodPicker } from '../../components/PeriodPicker';
import { NothingState, StateView } from '../../components/StateView';
import { pageUrl, ROUTES } from '../../constants';
import { usePeriod } from '../../lib/period';
import { hrefOf } from '../../lib/href';
import { BudgetCost } from './BudgetCost';
import { CheckPrecision } from './CheckPrecision';
import { CountList } from './CountList';
import { FollowUps } from './FollowUps';
import { MeanTimes } from './MeanTimes';
import { RecurringCauses } from './RecurringCauses';
import { RecurringTable } from './RecurringTable';
import { WeeklyTrend } from './WeeklyTrend';

export default function InsightsPage() {
  const period = usePeriod({ from: 'now-90d', to: 'now' });
  const insights = useInsights(period.from, period.to);
  return (
    <PluginPage actions={<PeriodPicker period={period} />}>
      <StateView query={insights} isEmpty={(data) => data.incidents === 0} empty={<NoIncidents />}>
        {(data) => <Insights data={data} from={period.from} to={period.to} />}
      </StateView>
    </PluginPage>
  );
}

function Insights({ data, from, to }: { data: InsightsShape; from: string; to: string }) {
  const levels = useLevels();
  const titleOf = (id: string) => levels.find((each) => each.id === id)?.title ?? id;
  return (
    <Stack direction="column" gap={3}>
      <MeanTimes means={data.means} incidents={data.incidents} unattended={data.unattended} />
      <WeeklyTrend trend={data} />
      <Grid columns={{ xs: 1, md: 2, xl: 4 }} gap={3}>
        <CountList
          title={t('insights.by-severity', 'By severity')}
          counts={data.bySeverity}
          facet="level"
          text={titleOf}
        />
        <CountList title={t('insights.by-service', 'By service')} counts={data.byService} facet="service" />
        <FollowUps open={data.followUpsOpen} overdue={data.followUpsOverdue} />
      </Grid>
      <BudgetCost from={from} to={to} />
      <RecurringTable recurring={data.recurring} />
      <RecurringCauses causes={data.causes} />
      <CheckPrecision />
    </Stack>
  );
}

function NoIncidents() {
  return (
    <NothingState
      message={t('insights.none', 'No incidents in this period')}
      button={
        <LinkButton href={hrefOf(pageUrl(ROUTES.incidents))} variant="secondary">
          {t('insights.to-incidents', 'Go to the incidents')}
        </LinkButton>
      }
    >
      {t('insights.none-hint', 'Choose a longer period. Drills are never counted.')}
    </NothingState>
  );
}
