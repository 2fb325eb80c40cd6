/** Which deliveries are shown, as the address says it. */
import { type DeliveryFilter } from '../../../api/deliveries';
import { type State } from '../../../api/types.gen';

export const STATES: readonly State[] = ['waiting', 'sent', 'failed'];

export function filterOf(query: URLSearchParams): DeliveryFilter {
  return {
    states: STATES.filter((each) => query.getAll('state').includes(each)),
    target: query.get('target') ?? '',
    incident: query.get('incident') ?? '',
  };
}

export function queryOf({ states, target, incident }: DeliveryFilter): URLSearchParams {
  const query = new URLSearchParams();
  states.forEach((each) => query.append('state', each));
  if (target) {
    query.set('target', target);
  }
  if (incident) {
    query.set('incident', incident);
  }
  return query;
}
