/** Answers that follow what happens: asked again after each change of an incident that Grafana Live tells of. */
import {
  type DataQueryRequest,
  type DataQueryResponse,
  dateMath,
  dateTime,
  LoadingState,
  type TimeRange,
} from '@grafana/data';
import { type DataQuery } from '@grafana/schema';
import { debounceTime, map, Observable, startWith, switchMap } from 'rxjs';
import { incidentChannel } from '../api/live';
import { isString } from '../lib/guards';

/** A burst of changes is asked after once. */
const QUIET_MS = 500;

/** One event for each change of an incident, from the one subscription that the page has. */
export function changes(): Observable<void> {
  return new Observable((to) => incidentChannel.listen(() => to.next()));
}

/** An answer now and one after each change; never complete, so that a panel shows that it is live. */
export function following<Q extends DataQuery>(
  request: DataQueryRequest<Q>,
  changed: Observable<unknown>,
  ask: (request: DataQueryRequest<Q>) => Observable<DataQueryResponse>
): Observable<DataQueryResponse> {
  return changed.pipe(
    debounceTime(QUIET_MS),
    map(() => ({ ...request, range: renewed(request.range) })),
    startWith(request),
    switchMap(ask),
    map((answer) => ({ ...answer, state: LoadingState.Streaming }))
  );
}

/** The same range as of now: `now-6h` moves on, fixed times stay. */
export function renewed(range: TimeRange): TimeRange {
  const { from, to } = range.raw;
  const at = (raw: TimeRange['raw']['from'], held: TimeRange['from'], end: boolean) =>
    isString(raw) ? dateTime(dateMath.toDateTime(raw, { roundUp: end }) ?? held) : held;
  return { ...range, from: at(from, range.from, false), to: at(to, range.to, true) };
}
