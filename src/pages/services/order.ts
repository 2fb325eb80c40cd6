/** In which order the catalogue lists services. */
import { SLO_STATUSES } from '../../api/slos';
import { type ServiceShape } from '../../api/types.gen';
import { HEALTHS } from '../../components/HealthBadge';
import { type ColumnSort } from '../../lib/sort';
import { healthOf } from './health';

type Order = (one: ServiceShape, other: ServiceShape) => number;

const by =
  (of: (service: ServiceShape) => number): Order =>
  (one, other) =>
    of(one) - of(other);
/** Those without a text come last. */
const alphabetic =
  (of: (service: ServiceShape) => string): Order =>
  (one, other) =>
    Number(of(one) === '') - Number(of(other) === '') || of(one).localeCompare(of(other));
const position = (found: number, length: number) => (found < 0 ? length : found);

const health = by((service) => HEALTHS.indexOf(healthOf(service)));
const score = by((service) => service.score);
const name = alphabetic((service) => service.name);

/** Who is paged reads from the top: the worst health, in it the fewest points, then by name. */
const worstFirst: Order = (one, other) => health(one, other) || score(one, other) || name(one, other);

const ORDERS: Record<string, Order> = {
  health,
  score,
  name,
  owner: alphabetic((service) => service.ownerTeam),
  tier: alphabetic((service) => service.tier),
  // The most and the worst first, as those are looked for.
  incidents: by((service) => -service.openIncidents.length),
  slos: by((service) =>
    position(
      SLO_STATUSES.findIndex((status) => service.slos.some((slo) => slo.status === status)),
      SLO_STATUSES.length
    )
  ),
};

/** Columns that order the list. */
export const ORDERED: readonly string[] = Object.keys(ORDERS);

/** The services in this order; what it leaves equal is listed the worst first. */
export function ordered(services: readonly ServiceShape[], sort: ColumnSort | null): ServiceShape[] {
  const order = (sort && ORDERS[sort.column]) ?? null;
  const sign = sort?.descending ? -1 : 1;
  return [...services].sort((one, other) => (order ? sign * order(one, other) : 0) || worstFirst(one, other));
}
