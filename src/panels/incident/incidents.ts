/** Incidents out of the rows of the query “Incidents”, with causes out of those of “Findings”. */
import { type DataFrame, FieldType } from '@grafana/data';
import { type IncidentSeverity, type IncidentStatus } from '../../api/types.gen';
import { SEVERITIES } from '../../components/SeverityBadge';
import { isActive, STATUSES } from '../../components/StatusBadge';
import { oneOf } from '../../lib/guards';
import { findTable, type Needed, type Table } from '../table/columns';
import { type IncidentOptions } from './options';

export const INCIDENT_COLUMNS: Needed = {
  incident: FieldType.string,
  title: FieldType.string,
  severity: FieldType.string,
  status: FieldType.string,
  started_at: FieldType.time,
};

const FINDING_COLUMNS: Needed = {
  incident: FieldType.string,
  title: FieldType.string,
  type: FieldType.string,
  confidence: FieldType.number,
};

/** What an investigation names as the cause. */
export interface Cause {
  title: string;
  /** 0 to 1. */
  confidence: number;
}

export interface Incident {
  number: string;
  title: string;
  severity: IncidentSeverity;
  /** What people call its severity on a ladder of their own; else empty. */
  level: string;
  status: IncidentStatus;
  /** What people call where it stands, when they have a name of their own for it; else empty. */
  statusName: string;
  service: string;
  /** Names, joined by commas. */
  affected: string;
  assignee: string;
  startedAt: string | null;
  resolvedAt: string | null;
  isDrill: boolean;
  cause: Cause | null;
}

export interface Shown {
  shown: Incident[];
  more: number;
  /** Of all that the query gave and that are open. */
  open: Array<{ severity: IncidentSeverity; count: number }>;
}

/** The incidents to show, in the order that the options want. */
export function incidentsOf(
  table: Table,
  series: readonly DataFrame[],
  { order, limit, leastConfidence }: Pick<IncidentOptions, 'order' | 'limit' | 'leastConfidence'>
): Shown {
  const causes = causesOf(series, leastConfidence);
  const all = table.rows((row): Incident => {
    const number = table.text('incident', row);
    return {
      number,
      title: table.text('title', row),
      severity: oneOf(table.text('severity', row), SEVERITIES, 'low'),
      level: levelText(table.text('level', row)),
      status: oneOf(table.text('status', row), STATUSES, 'open'),
      statusName: ownName(table.text('status_name', row)),
      service: table.text('service', row),
      affected: table.text('affected', row),
      assignee: table.text('assignee', row),
      startedAt: table.time('started_at', row),
      resolvedAt: table.time('resolved_at', row),
      isDrill: table.flag('drill', row),
      cause: causes.get(number) ?? null,
    };
  });
  const newest = (a: Incident, b: Incident) => Date.parse(b.startedAt ?? '') - Date.parse(a.startedAt ?? '') || 0;
  if (order === 'newest') {
    all.sort(newest);
  } else if (order === 'urgent') {
    all.sort((a, b) => rank(a) - rank(b) || newest(a, b));
  }
  const shown = limit > 0 ? all.slice(0, limit) : all;
  const counted = (severity: IncidentSeverity) =>
    all.filter((each) => each.severity === severity && isActive(each.status) && !each.isDrill).length;
  const open = SEVERITIES.map((severity) => ({ severity, count: counted(severity) }));
  return { shown, more: all.length - shown.length, open: open.filter(({ count }) => count > 0) };
}

/** A built-in severity is shown in the words of Grafana's language. */
function levelText(level: string): string {
  return SEVERITIES.some((each) => each === level) ? '' : level;
}

/** A built-in state is called in the words of Grafana's language. */
function ownName(name: string): string {
  return STATUSES.some((each) => each === name) ? '' : name;
}

/** What is open comes before what is over, then the more severe. */
function rank(incident: Incident): number {
  return (isActive(incident.status) ? 0 : SEVERITIES.length) + SEVERITIES.indexOf(incident.severity);
}

/** The surest cause of each incident. */
function causesOf(series: readonly DataFrame[], least: number): Map<string, Cause> {
  const found = findTable(series, FINDING_COLUMNS);
  const causes = new Map<string, Cause>();
  if (found.fit !== 'fits') {
    return causes;
  }
  const { table } = found;
  for (let row = 0; row < table.length; row++) {
    const number = table.text('incident', row);
    const confidence = table.number('confidence', row);
    const isBetter = confidence !== null && confidence >= least && confidence > (causes.get(number)?.confidence ?? -1);
    if (table.text('type', row) === 'cause' && isBetter) {
      causes.set(number, { title: table.text('title', row), confidence });
    }
  }
  return causes;
}
