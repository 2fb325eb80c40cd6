/** The numbers of a service while the incident lasted, beside what was usual right before. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Stack, Text, useStyles2 } from '@grafana/ui';
import { useQueries, type UseQueryResult } from '@tanstack/react-query';
import { type MetricName, metricQuery, METRICS } from '../../../api/telemetry';
import { type EvidenceChartShape, type MetricShape } from '../../../api/types.gen';
import { EvidenceChart } from '../../../components/CauseCard';
import { notConfigured } from '../../../components/notConfigured';
import { FailedState, LoadingState } from '../../../components/StateView';
import { metricsDrilldown } from '../../../lib/drilldown';
import { exploreUrl } from '../../../lib/explore';
import { baselineOf } from '../../../lib/incidentWindow';
import { valueText } from '../../../lib/units';
import { unitOf } from '../workspace/verdict';
import { AskedQuery } from './AskedQuery';
import { MetricPanels } from './MetricPanels';
import { useServiceChoice } from './ServiceChoice';
import { TabFrame } from './TabFrame';
import { type TabProps } from './tabs';

export function Metrics({ incident, investigation, span }: TabProps) {
  const { service, choice } = useServiceChoice(incident);
  const during = useQueries({ queries: METRICS.map((metric) => metricQuery(metric, service, span, service !== '')) });
  const answer = investigation.data?.answer ?? null;
  const asked = [...new Set(during.flatMap((each) => each.data?.query || []))];
  const charts = distinct(answer?.charts.filter((each) => each.service === service) ?? []);
  return (
    <TabFrame
      span={span}
      service={service}
      choice={choice}
      waysOn={{
        system: 'prometheus',
        explore: exploreUrl('prometheus', asked, ms(baselineOf(span).from), ms(span.to)),
        drilldown: metricsDrilldown(asked[0] ?? '', span),
      }}
    >
      {service && <MetricPanels key={`course of ${service}`} service={service} span={span} />}
      <Numbers key={service} service={service} span={span} during={during} />
      {charts.length > 0 && (
        <section aria-label={t('metrics.charts', 'What the investigation measured')}>
          <Stack direction="column" gap={2}>
            <Text variant="h5" element="h2">
              {t('metrics.charts', 'What the investigation measured')}
            </Text>
            {charts.map((chart) => (
              <Stack key={chart.finding} direction="column" gap={0.5}>
                <Text>{chart.title}</Text>
                <EvidenceChart chart={chart} unit={unitOf(answer, chart.finding, chart.unit)} />
              </Stack>
            ))}
          </Stack>
        </section>
      )}
    </TabFrame>
  );
}

/** Two checks may look at one measurement, such as for more traffic and for less; it is drawn once. */
function distinct(charts: readonly EvidenceChartShape[]): EvidenceChartShape[] {
  return [...new Map(charts.map((each) => [each.title, each])).values()];
}

interface Row {
  name: string;
  now: number | null;
  usual: number | null;
  unit: string;
  query: string;
}

interface NumbersProps extends Pick<TabProps, 'span'> {
  service: string;
  during: Array<UseQueryResult<MetricShape>>;
}

function Numbers({ service, span, during }: NumbersProps) {
  const styles = useStyles2(getStyles);
  const usual = baselineOf(span);
  const before = useQueries({ queries: METRICS.map((metric) => metricQuery(metric, service, usual)) });
  const failed = during.find((each) => each.error && !each.data);
  if (failed?.error) {
    return notConfigured(failed.error) ?? <FailedState error={failed.error} retry={() => void failed.refetch()} />;
  }
  if (during.some((each) => each.isPending)) {
    return <LoadingState lines={6} />;
  }
  const rows = METRICS.flatMap((metric, i) => {
    const found = during[i]?.data;
    return found ? rowsOf(metric, found, before[i]?.data) : [];
  });
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t('metrics.metric', 'Metric')}</th>
          <th scope="col">{t('metrics.during', 'During the incident')}</th>
          <th scope="col">{t('metrics.usual', 'Right before')}</th>
          <th scope="col">{t('metrics.change', 'Change')}</th>
          <th scope="col">{t('metrics.query', 'Query')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, now, usual: was, unit, query }) => {
          return (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{now === null ? t('metrics.no-data', 'no data') : valueText(now, unit)}</td>
              <td>{was === null ? t('metrics.no-data', 'no data') : valueText(was, unit)}</td>
              <td>{changeText(was, now)}</td>
              <td>
                <AskedQuery query={query} span={{ from: usual.from, to: span.to }} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const ms = (at: string) => String(Date.parse(at));

function rowsOf(metric: MetricName, found: MetricShape, usual: MetricShape | undefined): Row[] {
  const row = (name: string, now: number | null, was: number | null): Row => ({
    name,
    now,
    usual: was,
    unit: found.unit,
    query: found.query,
  });
  const names: Record<MetricName, string> = {
    'error-rate': t('metrics.error-rate', 'Error rate'),
    latency: t('metrics.latency', 'Latency'),
    'request-rate': t('metrics.request-rate', 'Request rate'),
    availability: t('metrics.availability', 'Availability'),
  };
  const parts = Object.entries(found.values);
  return parts.length > 0
    ? parts.map(([part, value]) => row(`${names[metric]} ${part}`, value, usual?.values[part] ?? null))
    : [row(names[metric], found.value, usual?.value ?? null)];
}

/** How many times as much; a change from nothing has no factor. */
function changeText(was: number | null, now: number | null): string {
  if (was === null || now === null || was === 0) {
    return '–';
  }
  return t('metrics.times', '{{- factor}}×', { factor: Number((now / was).toPrecision(3)) });
}

const getStyles = (theme: GrafanaTheme2) => ({
  table: css({
    width: '100%',
    'th, td': {
      padding: theme.spacing(1),
      textAlign: 'left',
      borderBottom: `1px solid ${theme.colors.border.weak}`,
      fontVariantNumeric: 'tabular-nums',
      fontWeight: theme.typography.fontWeightRegular,
    },
    'thead th': { color: theme.colors.text.secondary },
  }),
});
