/** A query in one line: for the collapsed editor row and the query history. */
import { isRecord, isString } from '../lib/guards';
import { type StudioQuery } from './query';

/** `slo_status numeric burn_rate services=checkout,payments`; what is at its default and empty is not told. */
export function summaryOf(query: StudioQuery): string {
  const { queryType, refId: _refId, hide: _hide, datasource: _source, ...rest } = query;
  return [queryType, ...Object.entries(rest).flatMap(([name, value]) => told(name, value))].join(' ');
}

function told(name: string, value: unknown): string[] {
  if (isString(value)) {
    return value === '' ? [] : [NAMELESS.has(name) ? value : `${name}=${value}`];
  }
  if (typeof value === 'number') {
    return [`${name}=${value}`];
  }
  if (Array.isArray(value)) {
    return value.length === 0 ? [] : [`${name}=${value.join(',')}`];
  }
  if (typeof value === 'boolean') {
    return value || name === 'firing' ? [value ? name : `not ${name}`] : [];
  }
  return isRecord(value) ? Object.entries(value).map(([label, each]) => `${label}=${String(each)}`) : [];
}

const NAMELESS = new Set(['format', 'metric', 'range', 'number']);
