/** Answers the panels' queries through the app, which knows how the service is measured. Registered once, for scenes only. */
import { type DataQueryRequest, type DataQueryResponse, LoadingState } from '@grafana/data';
import { RuntimeDataSource } from '@grafana/scenes';
import { type DataQuery } from '@grafana/schema';
import { read, segment } from '../../../api/client';
import { isRecord, isString } from '../../../lib/guards';
import { courseFrame, PANELS } from './courseFrames';

export const COURSE_SOURCE = 'reliability-studio-course';

/** The queries of all panels: each names its panel, and all the same service. */
export function courseQueries(service: string): Array<DataQuery & { service: string }> {
  return PANELS.map((refId) => ({ refId, service }));
}

export class CourseSource extends RuntimeDataSource {
  constructor() {
    super(COURSE_SOURCE, COURSE_SOURCE);
  }

  override async query({ targets, range }: DataQueryRequest): Promise<DataQueryResponse> {
    const params = { from: range.from.toISOString(), to: range.to.toISOString() };
    // One answer holds what all panels show.
    const course = await read(`metrics/course/${segment(serviceOf(targets[0]))}`, { params });
    return { state: LoadingState.Done, data: PANELS.map((panel) => courseFrame(panel, course)) };
  }
}

function serviceOf(query: unknown): string {
  return isRecord(query) && isString(query.service) ? query.service : '';
}
