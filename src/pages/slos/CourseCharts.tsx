/** Three charts of one course: what is left of the budget, how fast it burns, how much was good. */
import { t } from '@grafana/i18n';
import { Stack, Text, useTheme2 } from '@grafana/ui';
import { useMemo } from 'react';
import { type SloConditionShape, type SloHistoryShape, type SloShape } from '../../api/types.gen';
import { extent, type Span } from '../../components/charts/scale';
import { type Stretch, TimeChart } from '../../components/charts/TimeChart';
import { budgetText, digitsFor, percentText, rateText } from '../../lib/numbers';

interface CourseChartsProps {
  slo: Pick<SloShape, 'objective'>;
  history: SloHistoryShape;
  incidents?: readonly Stretch[];
  /** Those with a limit are drawn across the burn rates. */
  conditions: readonly SloConditionShape[];
  range?: Span;
  /** Lower charts, for beside a form. */
  compact?: boolean;
}

export function CourseCharts({ slo, history, incidents, conditions, range, compact = false }: CourseChartsProps) {
  const theme = useTheme2();
  const color = (name: string) => theme.visualization.getColorByName(name);
  const series = useMemo(() => {
    const points = history.points.map((point) => ({ ...point, at: Date.parse(point.at) }));
    return {
      budget: points.map(({ at, budgetRemaining }) => ({ at, value: budgetRemaining })),
      burn: points.map(({ at, burnRate }) => ({ at, value: burnRate })),
      sli: points.map(({ at, sli }) => ({ at, value: sli })),
    };
  }, [history]);
  const limits = useMemo(
    () =>
      limitsIn(
        conditions,
        series.burn.map((each) => each.value)
      ).map((each) => ({
        name: each.name,
        value: each.limit,
        color: theme.visualization.getColorByName(each.severity === 'page' ? 'red' : 'purple'),
      })),
    [conditions, series, theme]
  );
  const digits = digitsFor(slo.objective);
  const objective = Number(slo.objective) / 100;
  const shared = { stretches: incidents, range, height: compact ? 150 : 220 };
  const budget = t('course.budget', 'Error budget left');
  const burn = t('course.burn', 'Burn rate of the hour');
  const sli = t('course.sli', 'Share of good events');
  return (
    <Stack direction="column" gap={2}>
      <Chart title={budget}>
        <TimeChart
          {...shared}
          title={budget}
          series={[{ name: budget, color: color('green'), points: series.budget, filled: true }]}
          limits={[{ name: t('course.spent', 'Spent'), value: 0, color: color('red') }]}
          include={[0, 1]}
          format={budgetText}
        />
      </Chart>
      <Chart title={burn}>
        <TimeChart
          {...shared}
          title={burn}
          series={[{ name: burn, color: color('orange'), points: series.burn, filled: true }]}
          limits={limits}
          include={[0]}
          format={rateText}
        />
      </Chart>
      <Chart title={sli}>
        <TimeChart
          {...shared}
          title={sli}
          series={[{ name: sli, color: color('blue'), points: series.sli }]}
          limits={[{ name: t('course.objective', 'Objective'), value: objective, color: color('red') }]}
          include={[1]}
          format={(value) => percentText(value, digits)}
        />
      </Chart>
    </Stack>
  );
}

/** Conditions with a limit that is near what was seen; far ones would press the line flat. The lowest is there always. */
function limitsIn(conditions: readonly SloConditionShape[], seen: ReadonlyArray<number | null>) {
  const limited = conditions.flatMap(({ name, severity, limit }) =>
    limit === null || limit === undefined ? [] : [{ name, severity, limit }]
  );
  const reach = Math.max(Math.min(...limited.map((each) => each.limit)), 2 * (extent(seen)?.to ?? 0));
  return limited.filter((each) => each.limit <= reach);
}

function Chart({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div>
      <Text element="h4" variant="h6">
        {title}
      </Text>
      {children}
    </div>
  );
}
