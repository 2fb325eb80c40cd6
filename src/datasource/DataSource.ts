/** The nested data source: its backend answers every query but those that only the app can answer. */
import {
  type CoreApp,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceInstanceSettings,
  type DataSourceJsonData,
  type ScopedVars,
} from '@grafana/data';
import { DataSourceWithBackend, getTemplateSrv, type TemplateSrv } from '@grafana/runtime';
import { map, merge, type Observable } from 'rxjs';
import { annotationSupport } from './annotations';
import { interpolated } from './interpolate';
import { podFrames } from './kubernetes';
import { changes, following } from './live';
import { isComplete, isLive, type KubernetesQuery, type StudioQuery } from './query';
import { queryOf, startingQuery } from './stored';
import { summaryOf } from './summary';
import { StudioVariables } from './variables';

export class DataSource extends DataSourceWithBackend<StudioQuery, DataSourceJsonData> {
  override annotations = annotationSupport;
  override variables = new StudioVariables(this);

  constructor(
    settings: DataSourceInstanceSettings<DataSourceJsonData>,
    private readonly templates: TemplateSrv = getTemplateSrv()
  ) {
    super(settings);
  }

  override getDefaultQuery(app: CoreApp): Partial<StudioQuery> {
    return startingQuery(app);
  }

  /** A query of a type that is not known here goes to the backend, whose error names the types there are. */
  override filterQuery(stored: StudioQuery): boolean {
    const query = queryOf(stored);
    return stored.hide !== true && (query === null || isComplete(query));
  }

  override applyTemplateVariables(stored: StudioQuery, scoped: ScopedVars): StudioQuery {
    const query = queryOf(stored);
    return query === null ? stored : interpolated(query, this.templates.replace.bind(this.templates), scoped);
  }

  override getQueryDisplayText(stored: StudioQuery): string {
    const query = queryOf(stored);
    return query === null ? (stored.queryType ?? '') : summaryOf(query);
  }

  override query(request: DataQueryRequest<StudioQuery>): Observable<DataQueryResponse> {
    const asked = { ...request, targets: request.targets.map((target) => queryOf(target) ?? target) };
    const once = this.once.bind(this);
    return asked.targets.some(isLive) ? following(asked, changes(), once) : once(asked);
  }

  private once(request: DataQueryRequest<StudioQuery>): Observable<DataQueryResponse> {
    const wanted = request.targets.filter((target) => this.filterQuery(target));
    const pods = wanted.filter(isKubernetes);
    const rest = wanted.filter((target) => !isKubernetes(target));
    if (pods.length === 0) {
      return super.query({ ...request, targets: rest });
    }
    const answered = podFrames(
      pods.map((each) => this.applyTemplateVariables(each, request.scopedVars)).filter(isKubernetes)
    );
    return rest.length === 0 ? answered : joined(super.query({ ...request, targets: rest }), answered);
  }
}

function isKubernetes(query: StudioQuery): query is KubernetesQuery {
  return query.queryType === 'kubernetes_pods';
}

/** Two partial answers of one request; Grafana keeps those of different keys side by side. */
function joined(...parts: Array<Observable<DataQueryResponse>>): Observable<DataQueryResponse> {
  return merge(...parts.map((part, at) => part.pipe(map((answer) => ({ ...answer, key: `part-${at}` })))));
}
