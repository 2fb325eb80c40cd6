/** Live panels of the incident: what the service fails, takes and gets, from before the onset to the end or to now. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Text, useStyles2, useTheme2 } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { metricCourseQuery } from '../../../api/telemetry';
import { type MetricCourseShape, type MetricPointShape } from '../../../api/types.gen';
import { TimeChart } from '../../../components/charts/TimeChart';
import { notConfigured } from '../../../components/notConfigured';
import { FailedState } from '../../../components/StateView';
import { baselineOf, type TimeSpan } from '../../../lib/incidentWindow';
import { valueText } from '../../../lib/units';

type Measure = 'errorRate' | 'requestRate' | 'p50' | 'p95' | 'p99';

interface Panel {
  title: string;
  unit: string;
  lines: ReadonlyArray<{ measure: Measure; name: string; color: string }>;
}

const panels = (): Panel[] => [
  {
    title: t('panels.errors', 'Failed requests'),
    unit: 'percent',
    lines: [{ measure: 'errorRate', name: t('panels.failed', 'failed'), color: 'red' }],
  },
  {
    title: t('panels.latency', 'Latency'),
    unit: 'ms',
    lines: [
      { measure: 'p50', name: 'p50', color: 'green' },
      { measure: 'p95', name: 'p95', color: 'blue' },
      { measure: 'p99', name: 'p99', color: 'purple' },
    ],
  },
  {
    title: t('panels.requests', 'Requests'),
    unit: 'requests/s',
    lines: [{ measure: 'requestRate', name: t('panels.rate', 'requests'), color: 'blue' }],
  },
];

export function MetricPanels({ service, span }: { service: string; span: TimeSpan }) {
  const styles = useStyles2(getStyles);
  const course = useQuery(metricCourseQuery(service, { from: baselineOf(span).from, to: span.to }));
  if (!course.data) {
    if (!course.error) {
      return <div className={styles.panels} role="status" aria-label={t('panels.loading', 'Loading')} />;
    }
    // The numbers below say where a source is given.
    return notConfigured(course.error) ? null : (
      <FailedState error={course.error} retry={() => void course.refetch()} />
    );
  }
  const { points } = course.data;
  const measured = panels().filter(({ lines }) => lines.some(({ measure }) => points.some(has(measure))));
  if (measured.length === 0) {
    return null;
  }
  return (
    <section className={styles.panels} aria-label={t('panels.label', 'Over time')}>
      {measured.map((panel) => (
        <Chart key={panel.title} panel={panel} course={course.data} span={span} />
      ))}
    </section>
  );
}

const has = (measure: Measure) => (point: MetricPointShape) => point[measure] !== null;

function Chart({ panel, course, span }: { panel: Panel; course: MetricCourseShape; span: TimeSpan }) {
  const { visualization } = useTheme2();
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.panel}>
      <Text weight="medium">{panel.title}</Text>
      <TimeChart
        title={panel.title}
        height={160}
        format={(value) => valueText(value, panel.unit)}
        include={[0]}
        series={panel.lines.map(({ measure, name, color }) => ({
          name,
          color: visualization.getColorByName(color),
          points: course.points.map((point) => ({ at: Date.parse(point.at), value: point[measure] })),
        }))}
        stretches={[
          {
            name: t('panels.incident', 'incident'),
            color: visualization.getColorByName('orange'),
            from: Date.parse(span.from),
            to: Date.parse(span.to),
          },
        ]}
        range={{ from: Date.parse(course.start), to: Date.parse(course.end) }}
      />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  panels: css({
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(280px, 1fr))',
    gap: theme.spacing(2),
    // As high as the charts, so that nothing jumps.
    minHeight: 240,
  }),
  panel: css({
    minWidth: 0,
    padding: theme.spacing(1, 1.5),
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
});
