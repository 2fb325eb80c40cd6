/** What there is to choose from: services, SLOs, incidents, teams, read from the data source's own answers. */
import {
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
  dateTime,
  type Field,
  FieldType,
  type ScopedVars,
} from '@grafana/data';
import { lastValueFrom, type Observable } from 'rxjs';
import { isString } from '../lib/guards';
import { type StudioQuery } from './query';
import { defaultQuery } from './stored';

/** Lists that live in the store. */
export const STORED = ['services', 'slos', 'incidents', 'teams', 'windows'] as const;
export type Stored = (typeof STORED)[number];

export interface Choice {
  text: string;
  value: string;
}

/** Whoever answers queries; the data source does. */
export interface Answers {
  query(request: DataQueryRequest<StudioQuery>): Observable<DataQueryResponse>;
}

const DAYS_OF_INCIDENTS = 30;

/** The entries of a list as they are now, each once, in the order of the answer. */
export async function choicesOf(source: Answers, list: Stored, scopedVars: ScopedVars = {}): Promise<Choice[]> {
  const { query, text, value } = SOURCES[list];
  const answer: DataQueryResponse = await lastValueFrom(source.query(requestFor(query(), scopedVars)), {
    defaultValue: { data: [] },
  });
  const problem = answer.errors?.[0]?.message;
  if (problem) {
    throw new Error(problem);
  }
  const frame: DataFrame | undefined = answer.data[0];
  return frame ? distinct(words(frame, text), words(frame, value)) : [];
}

const SOURCES: Record<Stored, { query: () => StudioQuery; text: string; value: string }> = {
  services: { query: () => defaultQuery('services'), text: 'service', value: 'service' },
  teams: { query: () => defaultQuery('services'), text: 'owner_team', value: 'owner_team' },
  slos: { query: () => defaultQuery('slo_status'), text: 'slo', value: 'slo_id' },
  windows: { query: () => defaultQuery('slo_status'), text: 'window', value: 'window' },
  incidents: { query: () => defaultQuery('incidents'), text: 'title', value: 'incident' },
};

function words(frame: DataFrame, name: string): string[] {
  const field: Field | undefined = frame.fields.find((each) => each.name === name && each.type === FieldType.string);
  return field ? Array.from({ length: frame.length }, (_, row) => word(field.values[row])) : [];
}

function word(value: unknown): string {
  return isString(value) ? value : '';
}

function distinct(texts: string[], values: string[]): Choice[] {
  const found = new Map<string, string>();
  values.forEach((value, row) => {
    if (value !== '' && !found.has(value)) {
      const text = texts[row] ?? '';
      found.set(value, text === '' || text === value ? value : text);
    }
  });
  const several = new Set<string>();
  const seen = new Set<string>();
  found.forEach((text) => (seen.has(text) ? several.add(text) : seen.add(text)));
  // Two SLOs of one name are told apart by their ids; incidents always show their numbers.
  return [...found].map(([value, text]) => ({
    value,
    text: text === value ? value : several.has(text) || value.startsWith('INC-') ? `${value} ${text}` : text,
  }));
}

function requestFor(target: StudioQuery, scopedVars: ScopedVars): DataQueryRequest<StudioQuery> {
  const [from, to] = [dateTime().subtract(DAYS_OF_INCIDENTS, 'days'), dateTime()];
  return {
    requestId: `reliability-choices-${target.queryType}`,
    app: 'reliability-studio',
    interval: '1m',
    intervalMs: 60_000,
    maxDataPoints: 100,
    range: { from, to, raw: { from: `now-${DAYS_OF_INCIDENTS}d`, to: 'now' } },
    scopedVars,
    startTime: to.valueOf(),
    targets: [target],
    timezone: 'browser',
  };
}
