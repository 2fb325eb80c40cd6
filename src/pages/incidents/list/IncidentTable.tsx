/** The rows of the list. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Badge, Checkbox, Text, TextLink, useStyles2 } from '@grafana/ui';
import { type IncidentShape } from '../../../api/types.gen';
import { Moment } from '../../../components/Moment';
import { RunningTime } from '../../../components/RunningTime';
import { ServiceLink } from '../../../components/ServiceLink';
import { SeverityBadge } from '../../../components/SeverityBadge';
import { StatusBadge } from '../../../components/StatusBadge';
import { type Column, VirtualTable } from '../../../components/VirtualTable';
import { pageUrl, ROUTES } from '../../../constants';

interface IncidentTableProps {
  incidents: readonly IncidentShape[];
  total: number;
  /** Index of the row that the keyboard is at. */
  current: number | null;
  selected: ReadonlySet<string>;
  /** Absent for those who may only read. */
  onSelect?: (number: string) => void;
  onSelectAll?: () => void;
  onEnd: () => void;
}

export function IncidentTable(props: IncidentTableProps) {
  const { incidents, total, current, selected, onSelect, onSelectAll, onEnd } = props;
  const columns: Array<Column<IncidentShape>> = [
    ...(onSelect ? [checkColumn(selected, onSelect, incidents, onSelectAll)] : []),
    {
      key: 'severity',
      header: t('incidents.column.severity', 'Severity'),
      width: '96px',
      cell: ({ severity }) => <SeverityBadge severity={severity} />,
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
      width: 'minmax(100px, 1fr)',
      cell: ({ service }) => <ServiceLink name={service} />,
    },
    {
      key: 'status',
      header: t('incidents.column.status', 'Status'),
      width: '124px',
      cell: ({ status }) => <StatusBadge status={status} />,
    },
    {
      key: 'assignee',
      header: t('incidents.column.assignee', 'Assignee'),
      width: 'minmax(80px, 120px)',
      cell: ({ assignee }) => assignee || <Text color="secondary">{t('incidents.nobody', 'nobody')}</Text>,
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
  return (
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
  );
}

const numberOf = ({ number }: IncidentShape) => number;

function checkColumn(
  selected: ReadonlySet<string>,
  onSelect: (number: string) => void,
  incidents: readonly IncidentShape[],
  onSelectAll: (() => void) | undefined
): Column<IncidentShape> {
  const chosen = incidents.filter(({ number }) => selected.has(number)).length;
  return {
    key: 'check',
    header: (
      <Checkbox
        aria-label={t('incidents.select-all', 'Select all that are loaded')}
        value={chosen > 0 && chosen === incidents.length}
        indeterminate={chosen > 0 && chosen < incidents.length}
        onChange={onSelectAll}
      />
    ),
    width: '16px',
    cell: ({ number }) => (
      <Checkbox
        aria-label={t('incidents.select', 'Select {{- number}}', { number })}
        value={selected.has(number)}
        onChange={() => onSelect(number)}
      />
    ),
  };
}

function Title({ incident }: { incident: IncidentShape }) {
  const styles = useStyles2(getStyles);
  return (
    <span className={styles.title} title={incident.title}>
      <span className={styles.number}>{incident.number}</span>
      {incident.drill && <Badge color="purple" text={t('incidents.drill', 'Drill')} />}
      <span className={styles.text}>
        <TextLink href={pageUrl(ROUTES.incidents, incident.number)} inline={false} color="primary">
          {incident.title}
        </TextLink>
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
