/** A list's filter as the query of its address and back: a link shows to others what one sees. */
import { type IncidentFilter, NO_FILTER, SORTS } from '../../../api/incidents';
import { isActive, STATUSES } from '../../../components/StatusBadge';
import { oneOf } from '../../../lib/guards';

/** What is shown when the address names no status: whatever still needs somebody. */
export const ACTIVE = STATUSES.filter(isActive);

/** In the address: every status. */
const ANY = 'any';

/** The filter in an address; what it does not know is left out. */
export function filterOf(query: URLSearchParams): IncidentFilter {
  const known = <T extends string>(name: string, values: readonly T[]) =>
    values.filter((each) => query.getAll(name).includes(each));
  const statuses = known('status', STATUSES);
  const either = (name: string) => ({ true: true, false: false })[query.get(name) ?? ''] ?? null;
  return {
    q: query.get('q') ?? '',
    status: query.getAll('status').includes(ANY) ? [] : statuses.length > 0 ? statuses : ACTIVE,
    // Older links name a built-in severity, which is the id of its level.
    level: [...query.getAll('level'), ...query.getAll('severity')],
    stage: query.getAll('stage'),
    service: query.getAll('service'),
    assignee: query.getAll('assignee'),
    label: query.getAll('label').filter((each) => each.indexOf('=') > 0),
    drill: either('drill'),
    part: either('part'),
    from: query.get('from') ?? '',
    to: query.get('to') ?? '',
    sort: oneOf(query.get('sort'), SORTS, NO_FILTER.sort),
  };
}

/** The query of a filter; what is as usual is left out. */
export function queryOf(filter: IncidentFilter): URLSearchParams {
  const query = new URLSearchParams();
  const one = (name: string, value: string, usual = '') => value !== usual && query.set(name, value);
  const all = (name: string, values: readonly string[]) => values.forEach((each) => query.append(name, each));
  one('q', filter.q);
  if (filter.status.length === 0) {
    query.set('status', ANY);
  } else if (!sameSet(filter.status, ACTIVE)) {
    all('status', filter.status);
  }
  all('level', filter.level);
  all('stage', filter.stage);
  all('service', filter.service);
  all('assignee', filter.assignee);
  all('label', filter.label);
  one('drill', String(filter.drill ?? ''));
  one('part', String(filter.part ?? ''));
  one('from', filter.from);
  one('to', filter.to);
  one('sort', filter.sort, NO_FILTER.sort);
  return query;
}

export function sameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((each) => other.includes(each));
}

/** Whether anything narrows the list beyond its status. */
export function isNarrowed(filter: IncidentFilter): boolean {
  const { q, drill, part, from, to } = filter;
  const chosen = [filter.level, filter.stage, filter.service, filter.assignee, filter.label];
  return Boolean(q || from || to || drill !== null || part !== null || chosen.some((each) => each.length > 0));
}
