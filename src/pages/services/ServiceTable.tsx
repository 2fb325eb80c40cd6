/** One line for each service: health, owner, what is open, how its SLOs stand. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Stack, Text, TextLink, Tooltip, useStyles2 } from '@grafana/ui';
import { useMemo } from 'react';
import { SLO_STATUSES } from '../../api/slos';
import { type ServiceShape } from '../../api/types.gen';
import { HealthBadge } from '../../components/HealthBadge';
import { ServiceLink } from '../../components/ServiceLink';
import { SloStatusBadge } from '../../components/SloStatusBadge';
import { type Column, VirtualTable } from '../../components/VirtualTable';
import { pageUrl, ROUTES } from '../../constants';
import { type ColumnSort, nextSort } from '../../lib/sort';
import { healthOf, whyOf } from './health';
import { ordered } from './order';

interface ServiceTableProps {
  services: readonly ServiceShape[];
  sort: ColumnSort | null;
  onSort: (sort: ColumnSort | null) => void;
}

export function ServiceTable({ services, sort, onSort }: ServiceTableProps) {
  const rows = useMemo(() => ordered(services, sort), [services, sort]);
  return (
    <VirtualTable
      label={t('services.table', 'Services')}
      columns={columns()}
      rows={rows}
      rowKey={(service) => service.name}
      sort={sort}
      onSort={(column) => onSort(nextSort(sort, column))}
    />
  );
}

const columns = (): Array<Column<ServiceShape>> => listed().map((column) => ({ ...column, sortable: true }));

const listed = (): Array<Column<ServiceShape>> => [
  {
    key: 'health',
    header: t('services.health', 'Health'),
    hint: t(
      'services.health-rule',
      'From its open incidents alone: critical while one of the two highest severities is open, warning while a lower one is.'
    ),
    width: 'minmax(200px, 3fr)',
    cell: (service) => <Standing service={service} />,
  },
  {
    key: 'score',
    header: t('services.score', 'Score'),
    hint: t(
      'services.score-rule',
      '100 points, less what open incidents, SLOs in trouble and services that it calls take away.'
    ),
    width: '92px',
    align: 'right',
    cell: (service) => t('services.of-100', '{{- score}} / 100', { score: service.score }),
  },
  {
    key: 'name',
    header: t('services.name', 'Service'),
    width: 'minmax(140px, 2fr)',
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
    width: 'minmax(72px, 1fr)',
    cell: (service) => service.ownerTeam || <Text color="secondary">{t('services.no-owner', 'nobody')}</Text>,
  },
  { key: 'tier', header: t('services.tier', 'Tier'), width: '52px', cell: (service) => service.tier || '–' },
  {
    key: 'incidents',
    header: t('services.incidents', 'Open incidents'),
    width: 'minmax(104px, 1fr)',
    cell: (service) => <OpenIncidents service={service} />,
  },
  {
    key: 'slos',
    header: t('services.slos', 'SLOs'),
    width: '134px',
    cell: (service) => <WorstSlo service={service} />,
  },
];

/** Its health with what that rests on; everything that takes points away is told to who points at it. */
function Standing({ service }: { service: ServiceShape }) {
  const styles = useStyles2(getStyles);
  const why = whyOf(service);
  const others = service.scoreParts.length - 1;
  const parts = service.scoreParts.map(({ points, text }) => `${points}: ${text}`);
  return (
    <>
      <HealthBadge health={healthOf(service)} />
      {why !== '' && (
        <Tooltip content={<Lines of={parts.length > 0 ? parts : [why]} />}>
          <div className={styles.why} tabIndex={0} role="note" aria-label={[why, ...parts].join('; ')}>
            <span className={styles.reason}>{why}</span>
            {others > 0 && <span>{t('services.why-more', '+{{- others}}', { others })}</span>}
          </div>
        </Tooltip>
      )}
    </>
  );
}

function Lines({ of }: { of: readonly string[] }) {
  return (
    <>
      {of.map((line) => (
        <div key={line}>{line}</div>
      ))}
    </>
  );
}

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

const getStyles = (theme: GrafanaTheme2) => ({
  why: css({
    display: 'flex',
    gap: theme.spacing(0.5),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    lineHeight: theme.typography.bodySmall.lineHeight,
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.border}`, outlineOffset: -2 },
  }),
  reason: css({ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
});
