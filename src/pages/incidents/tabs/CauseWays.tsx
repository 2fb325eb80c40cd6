/** The ways on from a possible cause: its service's metrics, logs and traces, as the tabs ask for them, in the incident's time. */
import { t } from '@grafana/i18n';
import { Stack, Text } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { logsQuery, metricQuery, tracesQuery } from '../../../api/telemetry';
import { type Source } from '../../../api/types.gen';
import { logsDrilldown, metricsDrilldown, tracesDrilldown } from '../../../lib/drilldown';
import { dataSourceUid, exploreUrl, type System } from '../../../lib/explore';
import { baselineOf, type TimeSpan } from '../../../lib/incidentWindow';
import { TelemetryLinks, type WaysOn } from './TelemetryLinks';

interface CauseWaysProps {
  service: string;
  /** The incident's window. */
  span: TimeSpan;
  /** Which sources answered the investigation; the others are not asked. */
  sources: Record<string, string>;
}

export function CauseWays({ service, span, sources }: CauseWaysProps) {
  // Asked for once: while the incident goes on, its window grows with every minute.
  const [first] = useState(span);
  // Without a data source in Grafana there is nowhere to go, and nothing to ask for.
  const asked = (system: System, source: Source) => sources[source] === 'used' && dataSourceUid(system) !== null;
  const metric = useQuery(metricQuery('error-rate', service, first, asked('prometheus', 'metrics')));
  const logs = useQuery({ ...logsQuery(service, first, ''), enabled: asked('loki', 'logs') });
  const traces = useQuery({ ...tracesQuery(service, first, null), enabled: asked('tempo', 'traces') });
  const waysOn: Array<WaysOn & { name: string }> = [
    ...among(metric.data?.query, (query) => ({
      name: t('cause-ways.metrics', 'Metrics'),
      system: 'prometheus' as const,
      explore: exploreUrl('prometheus', query, ms(baselineOf(span).from), ms(span.to)),
      drilldown: metricsDrilldown(query, span),
    })),
    ...among(logs.data?.query, (query) => ({
      name: t('cause-ways.logs', 'Logs'),
      system: 'loki' as const,
      explore: exploreUrl('loki', query, ms(span.from), ms(span.to)),
      drilldown: logsDrilldown(query, span),
    })),
    ...among(traces.data?.query, (query) => ({
      name: t('cause-ways.traces', 'Traces'),
      system: 'tempo' as const,
      explore: exploreUrl('tempo', query, ms(span.from), ms(span.to)),
      drilldown: tracesDrilldown(service, 'errors', span),
    })),
  ];
  if (waysOn.length === 0) {
    return null;
  }
  return (
    <Stack gap={3} alignItems="baseline" wrap="wrap">
      {waysOn.map(({ name, ...ways }) => (
        <span key={name} role="group" aria-label={t('cause-ways.of', '{{- name}} of {{- service}}', { name, service })}>
          <Text color="secondary" variant="bodySmall">
            {name}
          </Text>{' '}
          <TelemetryLinks {...ways} />
        </span>
      ))}
    </Stack>
  );
}

const ms = (at: string) => String(Date.parse(at));

/** One, or none while there is no query. */
function among<T>(query: string | undefined, made: (query: string) => T): T[] {
  return query ? [made(query)] : [];
}
