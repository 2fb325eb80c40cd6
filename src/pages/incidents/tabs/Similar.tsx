/** Earlier incidents like this one, and how rare its kind is. */
import { t } from '@grafana/i18n';
import { Stack, Text, TextLink } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { similarQuery } from '../../../api/incidents';
import { type LikenessShape } from '../../../api/types.gen';
import { Moment } from '../../../components/Moment';
import { PlainTable } from '../../../components/PlainTable';
import { RunningTime } from '../../../components/RunningTime';
import { ServiceLink } from '../../../components/ServiceLink';
import { NothingState, StateView } from '../../../components/StateView';
import { StatusBadge } from '../../../components/StatusBadge';
import { pageUrl, ROUTES } from '../../../constants';
import { type TabProps } from './tabs';

export function Similar({ incident }: TabProps) {
  const similar = useQuery(similarQuery(incident.number));
  return (
    <StateView
      query={similar}
      isEmpty={({ items }) => items.length === 0}
      empty={
        <NothingState message={t('similar.none', 'Nothing like this happened before')}>
          {t(
            'similar.none-next',
            'Incidents of the same service, group of alerts or title are found here once there are any.'
          )}
        </NothingState>
      }
    >
      {({ items, rarity, recurrences }) => (
        <Stack direction="column" gap={2}>
          <Text>
            {t('similar.rarity', '{{- rarity}}: {{- count}} of this kind in the last 30 days', {
              rarity: rarityText(rarity),
              count: recurrences,
            })}
          </Text>
          <PlainTable
            label={t('similar.table', 'Earlier incidents like this one')}
            head={[
              t('similar.incident', 'Incident'),
              t('similar.agrees', 'Same'),
              t('similar.service', 'Service'),
              t('similar.status', 'Status'),
              t('similar.started', 'Started'),
              t('similar.lasted', 'Lasted'),
              t('similar.cause', 'Root cause'),
            ]}
            rows={items.map(rowOf)}
          />
        </Stack>
      )}
    </StateView>
  );
}

function rowOf({ incident, agrees }: LikenessShape) {
  return {
    key: incident.number,
    cells: [
      <TextLink key="incident" href={pageUrl(ROUTES.incidents, incident.number)}>
        {`${incident.number} ${incident.title}`}
      </TextLink>,
      agrees.map(agreeText).join(', '),
      <ServiceLink key="service" name={incident.service} />,
      <StatusBadge key="status" status={incident.status} stage={incident.stage} />,
      <Moment key="started" at={incident.milestones.started?.at} as="relative" />,
      <RunningTime key="lasted" from={incident.milestones.started?.at} to={incident.milestones.resolved?.at} />,
      incident.rootCause || <Text color="secondary">{t('similar.unknown', 'not written down')}</Text>,
    ],
  };
}

function agreeText(what: string): string {
  const texts: Record<string, string> = {
    group: t('similar.group', 'alert group'),
    service: t('similar.same-service', 'service'),
    title: t('similar.title', 'title'),
  };
  return texts[what] ?? what;
}

function rarityText(rarity: string): string {
  const texts: Record<string, string> = {
    never_seen: t('similar.never', 'Never seen'),
    rare: t('similar.rare', 'Rare'),
    occasional: t('similar.occasional', 'Now and then'),
    frequent: t('similar.frequent', 'Frequent'),
  };
  return texts[rarity] ?? rarity;
}
