/** Annotations: incidents as regions, from onset to resolution, unless somebody chose another query. */
import { type AnnotationQuery, type AnnotationSupport } from '@grafana/data';
import { isRecord, isString } from '../lib/guards';
import { type StudioQuery } from './query';
import { defaultQuery, queryOf } from './stored';

export const annotationSupport: AnnotationSupport<StudioQuery> = {
  getDefaultQuery: () => marks({ refId: 'Anno' }),
  prepareQuery: (annotation: AnnotationQuery<StudioQuery>) => {
    const target: unknown = annotation.target;
    const stored = isRecord(target) ? target : {};
    const refId = isString(stored.refId) ? stored.refId : 'Anno';
    const query = queryOf({ queryType: 'incidents', ...stored, refId });
    return query === null ? undefined : marks(query);
  },
};

/** The query in the form that marks graphs; incidents for a type that has no such form. */
function marks(query: StudioQuery | { refId: string }): StudioQuery {
  if ('queryType' in query && query.queryType === 'incident_timeline') {
    return { ...query, format: 'annotations' };
  }
  const incidents = 'queryType' in query && query.queryType === 'incidents' ? query : defaultQuery('incidents', query);
  return incidents.queryType === 'incidents' ? { ...incidents, format: 'annotations' } : incidents;
}
