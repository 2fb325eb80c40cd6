/** The filter of the list as the address spells it. */
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';
import { SLO_STATUSES, type SloFilter } from '../../api/slos';

export function filterOf(params: URLSearchParams): SloFilter {
  const wanted = params.getAll('status');
  return {
    q: params.get('q') ?? '',
    status: SLO_STATUSES.filter((each) => wanted.includes(each)),
    service: params.getAll('service'),
    burning: params.get('burning') === 'true',
  };
}

/** The filter, and a way to change a part of it; what is empty leaves the address. */
export function useSloFilter(): [SloFilter, (change: Partial<SloFilter>) => void] {
  const [params, setParams] = useSearchParams();
  const filter = useMemo(() => filterOf(params), [params]);
  const change = useCallback(
    (part: Partial<SloFilter>) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          const { q, status, service, burning } = { ...filterOf(before), ...part };
          ['q', 'status', 'service', 'burning'].forEach((name) => after.delete(name));
          [...status].forEach((each) => after.append('status', each));
          [...service].forEach((each) => after.append('service', each));
          if (q) {
            after.set('q', q);
          }
          if (burning) {
            after.set('burning', 'true');
          }
          return after;
        },
        { replace: true }
      ),
    [setParams]
  );
  return [filter, change];
}

export function isFiltered({ q, status, service, burning }: SloFilter): boolean {
  return q !== '' || status.length > 0 || service.length > 0 || burning;
}
