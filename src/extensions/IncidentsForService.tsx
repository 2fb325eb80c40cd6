/** Open incidents of a service, for other plugins to show: `reliability-studio-app/incidents-for-service/v1`. */
import { initPluginTranslations, t } from '@grafana/i18n';
import { Stack, Text, TextLink } from '@grafana/ui';
import { QueryClientProvider, useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { incidentListQuery, NO_FILTER } from '../api/incidents';
import { useFallbackInterval } from '../api/live';
import { newQueryClient } from '../api/queryClient';
import { type IncidentShape } from '../api/types.gen';
import { Moment } from '../components/Moment';
import { LevelBadge } from '../components/LevelBadge';
import { LoadingState, StateView } from '../components/StateView';
import { isActive, StatusBadge, STATUSES } from '../components/StatusBadge';
import { PLUGIN_ID, pageUrl } from '../constants';
import { pathOf } from './context';

export interface IncidentsForServiceProps {
  service: string;
  /** At most so many; the rest is behind a link. */
  limit?: number;
}

void initPluginTranslations(PLUGIN_ID);

export default function IncidentsForService(props: IncidentsForServiceProps) {
  const [client] = useState(newQueryClient);
  return (
    <QueryClientProvider client={client}>
      <OpenIncidents {...props} />
    </QueryClientProvider>
  );
}

function OpenIncidents({ service, limit = 5 }: IncidentsForServiceProps) {
  const filter = { ...NO_FILTER, service: [service], status: STATUSES.filter(isActive) };
  const query = useInfiniteQuery({ ...incidentListQuery(filter), refetchInterval: useFallbackInterval() });
  return (
    <StateView
      query={query}
      loading={<LoadingState lines={2} />}
      isEmpty={({ pages }) => pages.every((page) => page.items.length === 0)}
      empty={<Text color="secondary">{t('for-service.none', 'No open incident of {{- service}}', { service })}</Text>}
    >
      {({ pages }) => {
        const found = pages.flatMap((page) => page.items);
        const total = pages[0]?.total ?? found.length;
        return (
          <Stack direction="column" gap={1}>
            {found.slice(0, limit).map((incident) => (
              <Row key={incident.number} incident={incident} />
            ))}
            {total > limit && (
              <TextLink href={pathOf({ services: [service], incident: '', from: null, to: null })} inline={false}>
                {t('for-service.more', 'All {{- count}} open incidents', { count: total })}
              </TextLink>
            )}
          </Stack>
        );
      }}
    </StateView>
  );
}

function Row({ incident }: { incident: IncidentShape }) {
  const { number, title, severity, level, status, stage, milestones, createdAt } = incident;
  return (
    <Stack gap={1} alignItems="center" wrap="wrap">
      <LevelBadge severity={severity} level={level} />
      <TextLink href={pageUrl('incidents', number)} color="primary" inline={false}>
        {`${number} ${title}`}
      </TextLink>
      <StatusBadge status={status} stage={stage} />
      <Text variant="bodySmall" color="secondary">
        <Moment at={milestones.started?.at ?? createdAt} as="relative" />
      </Text>
    </Stack>
  );
}
