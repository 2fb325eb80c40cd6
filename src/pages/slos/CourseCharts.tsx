/** Three charts of one course: what is left of the budget, how fast it burns, how much was good. */
import { t } from '@grafana/i18n';
import { Stack, Text, useTheme2 } from '@grafana/ui';
import { useMemo } from 'react';
import { type SloHistoryShape, type SloShape } from '../../api/types.gen';
import { type Span } from '../../components/charts/scale';
import { type Limit, type Stretch, TimeChart } from '../../components/charts/TimeChart';
import { budgetText, digitsFor, percentText, rateText } from '../../lib/numbers';

interface CourseChartsProps {
  slo: Pick<SloShape, 'objective'>;
  history: SloHistoryShape;
  incidents?: readonly Stretch[];
  /** Burn rates at which the alert fires. */
  burnLimits?: readonly Limit[];
  range?: Span;
  /** Lower charts, for beside a form. */
  compact?: boolean;
}

export function CourseCharts({ slo, history, incidents, burnLimits, range, compact = false }: CourseChartsProps) {
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
          limits={burnLimits ?? [{ name: t('course.even', 'Just lasts'), value: 1, color: color('blue') }]}
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
