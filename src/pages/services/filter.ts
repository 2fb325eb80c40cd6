/** Which services the catalogue shows, as the address spells it. */
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';
import { type ServiceShape } from '../../api/types.gen';
import { type Health, HEALTHS } from '../../components/HealthBadge';
import { type ColumnSort, sortOf, sortText } from '../../lib/sort';
import { healthOf } from './health';
import { ORDERED } from './order';

export interface ServiceFilter {
  q: string;
  health: readonly Health[];
  owner: readonly string[];
  tier: readonly string[];
  /** Null: the worst first. */
  sort: ColumnSort | null;
}

function filterOf(params: URLSearchParams): ServiceFilter {
  const wanted = params.getAll('health');
  return {
    q: params.get('q') ?? '',
    health: HEALTHS.filter((each) => wanted.includes(each)),
    owner: params.getAll('owner'),
    tier: params.getAll('tier'),
    sort: sortOf(params.get('sort'), ORDERED),
  };
}

export function useServiceFilter(): [ServiceFilter, (change: Partial<ServiceFilter>) => void] {
  const [params, setParams] = useSearchParams();
  const filter = useMemo(() => filterOf(params), [params]);
  const change = useCallback(
    (part: Partial<ServiceFilter>) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          const { sort, ...filters } = { ...filterOf(before), ...part };
          for (const [name, value] of Object.entries({ ...filters, sort: sortText(sort) })) {
            after.delete(name);
            [value].flat().forEach((each) => each && after.append(name, each));
          }
          return after;
        },
        { replace: true }
      ),
    [setParams]
  );
  return [filter, change];
}

/** Whether the filter shows this service; all words must be somewhere in it. */
export function shows(filter: ServiceFilter, service: ServiceShape): boolean {
  const words = [service.name, service.description, service.ownerTeam, service.tier, ...Object.values(service.labels)]
    .join(' ')
    .toLowerCase();
  const isWanted = (wanted: readonly string[], found: string) => wanted.length === 0 || wanted.includes(found);
  return (
    filter.q
      .toLowerCase()
      .split(/\s+/)
      .every((word) => words.includes(word)) &&
    isWanted(filter.health, healthOf(service)) &&
    isWanted(filter.owner, service.ownerTeam) &&
    isWanted(filter.tier, service.tier)
  );
}

/** The values that there are, in order, without empty ones. */
export function choices(services: readonly ServiceShape[], of: (service: ServiceShape) => string): string[] {
  return [...new Set(services.map(of))].filter((each) => each !== '').sort((a, b) => a.localeCompare(b));
}
