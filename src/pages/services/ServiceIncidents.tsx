/** The incidents of a service: what is open now, and what there was lately. */
import { t } from '@grafana/i18n';
import { Stack, Text, TextLink } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { incidentsBetweenQuery } from '../../api/sloIncidents';
import { type ServiceShape } from '../../api/types.gen';
import { Moment } from '../../components/Moment';
import { PlainTable } from '../../components/PlainTable';
import { LevelBadge } from '../../components/LevelBadge';
import { LoadingState, StateView } from '../../components/StateView';
import { StatusBadge } from '../../components/StatusBadge';
import { pageUrl, ROUTES } from '../../constants';

const LATELY = 30 * 86_400_000;
const MOST = 20;

export function ServiceIncidents({ service: { name, openIncidents } }: { service: ServiceShape }) {
  const title = t('service.incidents', 'Incidents of the last 30 days');
  const [from] = useState(() => new Date(Date.now() - LATELY).toISOString());
  const incidents = useQuery(incidentsBetweenQuery(name, from, '', MOST));
  const all = `${pageUrl(ROUTES.incidents)}?${new URLSearchParams({ service: name }).toString()}`;
  return (
    <section aria-label={title}>
      <Stack direction="column" gap={1}>
        <Stack gap={2} alignItems="baseline">
          <Text element="h3" variant="h5">
            {title}
          </Text>
          <Text color="secondary">{t('service.open', '{{- count}} open now', { count: openIncidents.length })}</Text>
          <TextLink href={all}>{t('service.all-incidents', 'All of them')}</TextLink>
        </Stack>
        <StateView
          query={incidents}
          isEmpty={(page) => page.items.length === 0}
          empty={<Text color="secondary">{t('service.quiet', 'There was none.')}</Text>}
          loading={<LoadingState lines={3} />}
        >
          {(page) => (
            <PlainTable
              label={title}
              head={[
                t('service.incident', 'Incident'),
                t('service.severity', 'Severity'),
                t('service.status', 'Status'),
                t('service.began', 'Began'),
              ]}
              rows={page.items.map((each) => ({
                key: each.number,
                cells: [
                  <TextLink key="title" href={pageUrl(ROUTES.incidents, each.number)} inline>
                    {`${each.number} ${each.title}`}
                  </TextLink>,
                  <LevelBadge key="severity" severity={each.severity} level={each.level} />,
                  <StatusBadge key="status" status={each.status} stage={each.stage} />,
                  <Moment key="began" at={each.milestones.started?.at} />,
                ],
              }))}
            />
          )}
        </StateView>
      </Stack>
    </section>
  );
}
