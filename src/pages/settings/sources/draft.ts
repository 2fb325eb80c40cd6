/**
 * The settings of the sources as a form holds them: texts, and which secrets are to change.
 *
 * What the form does not know stays in `jsonData` as it is: settings may also come from files.
 */
import { isRecord, isString, oneOf } from '../../../lib/guards';
import { pairsOf, pairsText } from '../../../lib/lines';

export const SOURCES = ['prometheus', 'alertmanager', 'loki', 'tempo', 'kubernetes'] as const;
export type SourceName = (typeof SOURCES)[number];

/** How a source is reached. */
export type Way = 'off' | 'url' | 'datasource';

export const RESOLUTIONS = ['raw', '5m', '1h'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

export interface SourceDraft {
  way: Way;
  url: string;
  datasourceUid: string;
  username: string;
  headers: string;
  caCertificate: string;
  timeoutSeconds: string;
  /** Of Prometheus behind Thanos: the coarsest samples that answers may be made of. */
  resolution: Resolution;
}

export interface Draft {
  sources: Record<SourceName, SourceDraft>;
  grafanaUrl: string;
  pollPrometheus: boolean;
  /** Whether services are watched that no alert rule watches. */
  detector: boolean;
  /** Secrets that were typed; an empty one is removed. What is absent stays. */
  secrets: Record<string, string>;
}

export function draftOf(jsonData: Record<string, unknown>): Draft {
  return {
    sources: {
      prometheus: sourceOf(jsonData.prometheus),
      alertmanager: sourceOf(jsonData.alertmanager),
      loki: sourceOf(jsonData.loki),
      tempo: sourceOf(jsonData.tempo),
      kubernetes: sourceOf(jsonData.kubernetes),
    },
    grafanaUrl: text(section(jsonData.grafana).url),
    pollPrometheus: section(jsonData.alerts).pollPrometheus === true,
    detector: section(jsonData.detector).enabled === true,
    secrets: {},
  };
}

function sourceOf(value: unknown): SourceDraft {
  const found = section(value);
  const headers = Object.entries(section(found.headers)).flatMap(([key, each]) =>
    isString(each) ? [[key, each]] : []
  );
  return {
    way: text(found.datasourceUid) ? 'datasource' : text(found.url) ? 'url' : 'off',
    url: text(found.url),
    datasourceUid: text(found.datasourceUid),
    username: text(found.username),
    headers: pairsText(Object.fromEntries(headers)),
    caCertificate: text(found.caCertificate),
    resolution: oneOf(text(found.resolution), RESOLUTIONS, 'raw'),
    timeoutSeconds: typeof found.timeoutSeconds === 'number' ? String(found.timeoutSeconds) : '',
  };
}

/** The whole of `jsonData` with what the form says. */
export function jsonDataOf(draft: Draft, before: Record<string, unknown>): Record<string, unknown> {
  const sources = SOURCES.map((name) => [name, sourceData(draft.sources[name], section(before[name]))] as const);
  return withoutEmpty({
    ...before,
    ...Object.fromEntries(sources),
    grafana: withoutEmpty({ ...section(before.grafana), url: draft.grafanaUrl }),
    detector: withoutEmpty({ ...section(before.detector), enabled: draft.detector || undefined }),
    alerts: withoutEmpty({ ...section(before.alerts), pollPrometheus: draft.pollPrometheus || undefined }),
  });
}

function sourceData(draft: SourceDraft, before: Record<string, unknown>): Record<string, unknown> {
  if (draft.way === 'off') {
    return {};
  }
  const byUrl = draft.way === 'url';
  return withoutEmpty({
    ...before,
    url: byUrl ? draft.url.trim() : '',
    datasourceUid: byUrl ? '' : draft.datasourceUid.trim(),
    username: byUrl ? draft.username : '',
    headers: pairsOf(draft.headers),
    caCertificate: byUrl ? draft.caCertificate.trim() : '',
    resolution: draft.resolution === 'raw' ? undefined : draft.resolution,
    timeoutSeconds: draft.timeoutSeconds ? Number(draft.timeoutSeconds) : undefined,
  });
}

function withoutEmpty(found: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(found).filter(([, value]) => !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === '' || (isRecord(value) && Object.keys(value).length === 0);
}

const section = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {});
const text = (value: unknown): string => (isString(value) ? value : '');
