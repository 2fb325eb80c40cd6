/** What stands around a tab about telemetry: the time it shows, the service, the ways on into Explore and Drilldown. */
import { t } from '@grafana/i18n';
import { LinkButton, Stack, Text } from '@grafana/ui';
import { type ReactNode } from 'react';
import { ApiError } from '../../../api/client';
import { momentText } from '../../../components/Moment';
import { NothingState } from '../../../components/StateView';
import { pageUrl, ROUTES } from '../../../constants';
import { type TimeSpan } from '../../../lib/incidentWindow';
import { useNow } from '../../../lib/now';
import { hrefOf } from '../../../lib/href';
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

/** A source that nobody configured is no failure: it says how to have it. Null for any other error. */
export function notConfigured(error: Error | null): ReactNode {
  if (!(error instanceof ApiError) || error.code !== 'source_not_configured') {
    return null;
  }
  return (
    <NothingState
      message={error.message}
      button={
        <LinkButton variant="secondary" icon="cog" href={hrefOf(pageUrl(ROUTES.settings))}>
          {t('tab.settings', 'Settings')}
        </LinkButton>
      }
    />
  );
}
