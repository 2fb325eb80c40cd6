/** What stands around a tab about telemetry: the time it shows, the service, the ways on into Explore and Drilldown. */
import { t } from '@grafana/i18n';
import { Stack, Text } from '@grafana/ui';
import { type ReactNode } from 'react';
import { momentText } from '../../../components/Moment';
import { NothingState } from '../../../components/StateView';
import { type TimeSpan } from '../../../lib/incidentWindow';
import { useNow } from '../../../lib/now';
import { TelemetryButtons, type WaysOn } from './TelemetryLinks';

interface TabFrameProps {
  span: TimeSpan;
  service: string;
  choice: ReactNode;
  /** Ways on from the whole of it; none while nothing was asked. */
  waysOn?: WaysOn | null;
  children: ReactNode;
}

export function TabFrame({ span, service, choice, waysOn, children }: TabFrameProps) {
  if (!service) {
    return (
      <NothingState message={t('tab.no-service', 'The incident names no service')}>
        {t('tab.no-service-next', 'Name one under Overview, and its telemetry shows here.')}
      </NothingState>
    );
  }
  return (
    <Stack direction="column" gap={2}>
      <Stack gap={2} alignItems="center" wrap="wrap" justifyContent="space-between">
        <Stack gap={2} alignItems="center" wrap="wrap">
          {choice || <Text weight="medium">{service}</Text>}
          <SpanText span={span} />
        </Stack>
        {waysOn && (
          <Stack gap={1} wrap="wrap">
            <TelemetryButtons {...waysOn} />
          </Stack>
        )}
      </Stack>
      {children}
    </Stack>
  );
}

/** Which time a tab shows. */
export function SpanText({ span }: { span: TimeSpan }) {
  const now = useNow(60);
  return (
    <Text color="secondary">
      {t('tab.span', '{{- from}} to {{- to}}: around the incident', {
        from: momentText(span.from),
        to: Date.parse(span.to) >= now ? t('tab.now', 'now') : momentText(span.to),
      })}
    </Text>
  );
}
