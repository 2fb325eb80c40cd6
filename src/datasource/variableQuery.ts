/** The query of a dashboard variable: which list it offers. */
import { type DataQuery } from '@grafana/schema';
import { isRecord } from '../lib/guards';
import { STORED, type Stored } from './choices';
import { INCIDENT_SEVERITIES, INCIDENT_STATUSES, SLO_STATUSES } from './words';

/** Lists of fixed words. */
export const FIXED = {
  severities: INCIDENT_SEVERITIES,
  statuses: INCIDENT_STATUSES,
  slo_statuses: SLO_STATUSES,
} as const;

export type VariableList = Stored | keyof typeof FIXED;

export const VARIABLE_LISTS: readonly VariableList[] = [...STORED, 'severities', 'statuses', 'slo_statuses'];

export interface VariableQuery extends DataQuery {
  list: VariableList;
}

/** What a stored variable lists; services when it says nothing that is known. A bare text names its list. */
export function listOf(stored: unknown): VariableList {
  const named: unknown = isRecord(stored) ? (stored.list ?? stored.query) : stored;
  return VARIABLE_LISTS.find((each) => each === named) ?? 'services';
}

/** Whether the list lives in the store, so that it must be asked for. */
export function isStored(list: VariableList): list is Stored {
  return STORED.some((each) => each === list);
}
