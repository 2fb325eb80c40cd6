/** The rows of the list. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Badge, Checkbox, Text, useStyles2 } from '@grafana/ui';
import { createContext, useContext, useMemo } from 'react';
import { type IncidentShape } from '../../../api/types.gen';
import { Moment } from '../../../components/Moment';
import { PageLink } from '../../../components/PageLink';
import { RunningTime } from '../../../components/RunningTime';
import { ServiceLink } from '../../../components/ServiceLink';
import { LevelBadge } from '../../../components/LevelBadge';
import { StatusBadge } from '../../../components/StatusBadge';
import { type Column, VirtualTable } from '../../../components/VirtualTable';
import { pageUrl, ROUTES } from '../../../constants';
import { type Selection } from './useSelection';

interface IncidentTableProps {
  incidents: readonly IncidentShape[];
  total: number;
  /** Index of the row that the keyboard is at. */
  current: number | null;
  /** Null for those who may only read. */
  selection: Selection | null;
  onEnd: () => void;
}

/** Boxes read it by themselves: columns stay the same ones when something is chosen. */
const Chosen = createContext<Selection | null>(null);

export function IncidentTable({ incidents, total, current, selection, onEnd }: IncidentTableProps) {
  const choosing = selection !== null;
  const columns = useMemo(() => columnsOf(choosing), [choosing]);
  return (
    <Chosen.Provider value={selection}>
      <VirtualTable
        label={t('incidents.table', 'Incidents')}
        columns={columns}
        rows={incidents}
        rowKey={numberOf}
        rowHeight={44}
        total={total}
        current={current}
        onEnd={onEnd}
      />
    </Chosen.Provider>
  );
}

const numberOf = ({ number }: IncidentShape) => number;

function columnsOf(choosing: boolean): Array<Column<IncidentShape>> {
  const nobody = <Text color="secondary">{t('incidents.nobody', 'nobody')}</Text>;
  return [
    ...(choosing
      ? [
          {
            key: 'check',
            header: <CheckAll />,
            width: '16px',
            cell: ({ number }: IncidentShape) => <Check number={number} />,
          },
        ]
      : []),
    {
      key: 'severity',
      header: t('incidents.column.severity', 'Severity'),
      width: '72px',
      cell: ({ severity, level }) => <LevelBadge severity={severity} level={level} bare />,
    },
    {
      key: 'title',
      header: t('incidents.column.title', 'Incident'),
      width: 'minmax(200px, 3fr)',
      cell: (incident) => <Title incident={incident} />,
    },
    {
      key: 'service',
      header: t('incidents.column.service', 'Service'),
      width: 'minmax(90px, 1fr)',
      cell: ({ service }) => <ServiceLink name={service} />,
    },
    {
      key: 'status',
      header: t('incidents.column.status', 'Status'),
      width: '108px',
      cell: ({ status, stage }) => <StatusBadge status={status} stage={stage} bare />,
    },
    {
      key: 'assignee',
      header: t('incidents.column.assignee', 'Assignee'),
      width: 'minmax(70px, 0.5fr)',
      cell: ({ assignee }) => assignee || nobody,
    },
    {
      key: 'started',
      header: t('incidents.column.started', 'Started'),
      width: '88px',
      cell: ({ milestones, createdAt }) => <Moment at={milestones.started?.at ?? createdAt} as="relative" />,
    },
    {
      key: 'lasting',
      header: t('incidents.column.lasting', 'Lasting'),
      width: '76px',
      align: 'right',
      cell: ({ milestones }) => <RunningTime from={milestones.started?.at} to={milestones.resolved?.at} />,
    },
  ];
}

function CheckAll() {
  const selection = useContext(Chosen);
  return (
    <Checkbox
      aria-label={t('incidents.select-all', 'Select all that are loaded')}
      value={selection?.extent === 'all'}
      indeterminate={selection?.extent === 'some'}
      onChange={selection?.toggleAll}
    />
  );
}

function Check({ number }: { number: string }) {
  const selection = useContext(Chosen);
  return (
    <Checkbox
      aria-label={t('incidents.select', 'Select {{- number}}', { number })}
      value={selection?.selected.has(number) ?? false}
      onChange={() => selection?.toggle(number)}
    />
  );
}

function Title({ incident }: { incident: IncidentShape }) {
  const styles = useStyles2(getStyles);
  return (
    <span className={styles.title} title={incident.title}>
      <span className={styles.number}>{incident.number}</span>
      {incident.drill && <Badge color="purple" text={t('incidents.drill', 'Drill')} />}
      {incident.parent && (
        <span className={styles.number}>
          <Badge color="darkgrey" text={t('incidents.part', 'part of {{- parent}}', { parent: incident.parent })} />
        </span>
      )}
      <span className={styles.text}>
        <PageLink to={pageUrl(ROUTES.incidents, incident.number)}>{incident.title}</PageLink>
      </span>
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  title: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), minWidth: 0 }),
  number: css({
    color: theme.colors.text.secondary,
    fontVariantNumeric: 'tabular-nums',
    whiteSpace: 'nowrap',
    flexShrink: 0,
  }),
  text: css({ minWidth: 0, whiteSpace: 'nowrap', overflow: 'hidden', textOverflow: 'ellipsis' }),
});
