/** Runs the queries of scenes, as Grafana's own does for its panels: loading, then the answer or what went wrong. */
import { type DataQueryRequest, type DataSourceApi, LoadingState, type PanelData } from '@grafana/data';
import { toDataQueryError } from '@grafana/runtime';
import { catchError, concat, defer, from, map, type Observable, of } from 'rxjs';

export function runRequest(source: DataSourceApi, request: DataQueryRequest): Observable<PanelData> {
  const asked: PanelData = { state: LoadingState.Loading, series: [], request, timeRange: request.range };
  const answered = defer(() => from(source.query(request))).pipe(
    map(({ state = LoadingState.Done, data: series, errors }): PanelData => ({
      ...asked,
      state,
      series,
      ...(errors && { errors }),
    })),
    catchError((thrown: unknown) => {
      const error = toDataQueryError(thrown);
      return of({ ...asked, state: LoadingState.Error, error, errors: [error] });
    })
  );
  return concat(of(asked), answered);
}
