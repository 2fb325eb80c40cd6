/** One line for each service: health, owner, what is open, how its SLOs stand. */
import { t } from '@grafana/i18n';
import { Stack, Text, TextLink } from '@grafana/ui';
import { SLO_STATUSES } from '../../api/slos';
import { type ServiceShape } from '../../api/types.gen';
import { HealthBadge } from '../../components/HealthBadge';
import { ServiceLink } from '../../components/ServiceLink';
import { SloStatusBadge } from '../../components/SloStatusBadge';
import { type Column, VirtualTable } from '../../components/VirtualTable';
import { pageUrl, ROUTES } from '../../constants';
import { healthOf } from './filter';

export function ServiceTable({ services }: { services: readonly ServiceShape[] }) {
  return (
    <VirtualTable
      label={t('services.table', 'Services')}
      columns={columns()}
      rows={services}
      rowKey={(service) => service.name}
    />
  );
}

const columns = (): Array<Column<ServiceShape>> => [
  {
    key: 'health',
    header: t('services.health', 'Health'),
    width: '110px',
    cell: (service) => <HealthBadge health={healthOf(service)} />,
  },
  {
    key: 'score',
    header: t('services.score', 'Score'),
    width: '96px',
    align: 'right',
    cell: (service) => t('services.of-100', '{{- score}} / 100', { score: service.score }),
  },
  {
    key: 'name',
    header: t('services.name', 'Service'),
    width: 'minmax(160px, 2fr)',
    cell: (service) => (
      <Stack direction="column" gap={0}>
        <ServiceLink name={service.name} />
        <Text color="secondary" variant="bodySmall" truncate>
          {service.description}
        </Text>
      </Stack>
    ),
  },
  {
    key: 'owner',
    header: t('services.owner', 'Owner'),
    width: 'minmax(90px, 1fr)',
    cell: (service) => service.ownerTeam || <Text color="secondary">{t('services.no-owner', 'nobody')}</Text>,
  },
  { key: 'tier', header: t('services.tier', 'Tier'), width: '80px', cell: (service) => service.tier || '–' },
  {
    key: 'incidents',
    header: t('services.incidents', 'Open incidents'),
    width: 'minmax(140px, 1fr)',
    cell: (service) => <OpenIncidents service={service} />,
  },
  {
    key: 'slos',
    header: t('services.slos', 'SLOs'),
    width: '150px',
    cell: (service) => <WorstSlo service={service} />,
  },
];

/** The first ones by number; how many more there are. */
function OpenIncidents({ service: { openIncidents } }: { service: ServiceShape }) {
  const more = openIncidents.length - 2;
  return (
    <Stack gap={1}>
      {openIncidents.slice(0, 2).map((each) => (
        <TextLink key={each.number} href={pageUrl(ROUTES.incidents, each.number)} inline>
          {each.number}
        </TextLink>
      ))}
      {more > 0 && <Text color="secondary">{t('services.more', '+{{- more}}', { more })}</Text>}
      {openIncidents.length === 0 && <Text color="secondary">{t('services.none-open', 'none')}</Text>}
    </Stack>
  );
}

/** The worst standing among its SLOs, and how many there are. */
function WorstSlo({ service: { slos } }: { service: ServiceShape }) {
  const worst = SLO_STATUSES.find((status) => slos.some((each) => each.status === status));
  return worst ? (
    <Stack gap={1} alignItems="center">
      <SloStatusBadge status={worst} />
      <Text color="secondary">{t('services.slo-count', 'of {{- count}}', { count: slos.length })}</Text>
    </Stack>
  ) : (
    <Text color="secondary">{t('services.no-slo', 'none')}</Text>
  );
}
