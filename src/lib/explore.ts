/** Links into Grafana's Explore: queries over a stretch of time, for a data source that Grafana has. */
import { config } from '@grafana/runtime';
import { DATASOURCE_ID } from '../constants';

export type System = 'prometheus' | 'loki' | 'tempo';

/** The uid of Grafana's data source of this kind: the default one, else the first by name; null without any. */
export function dataSourceUid(type: string): string | null {
  const found = Object.values(config.datasources)
    .filter((each) => each.type === type && each.uid)
    .sort((a, b) => Number(b.isDefault ?? false) - Number(a.isDefault ?? false) || a.name.localeCompare(b.name));
  return found[0]?.uid ?? null;
}

/**
 * The address of Explore with this query, or with several; null when Grafana has no data source that could answer.
 *
 * @param from and to: milliseconds, or relative as Grafana writes them (`now-6h`).
 */
export function exploreUrl(
  system: System,
  queries: string | readonly string[],
  from: string,
  to: string
): string | null {
  const spoken = [queries].flat();
  const field = (query: string) => (system === 'tempo' ? { query, queryType: 'traceql' } : { expr: query });
  return addressOf(system, spoken.map(field), from, to);
}

/** The address of Explore with queries of the plugin's own data source, as that one keeps them. */
export function studioExploreUrl(
  queries: ReadonlyArray<Record<string, unknown>>,
  from: string,
  to: string
): string | null {
  return addressOf(DATASOURCE_ID, queries, from, to);
}

function addressOf(
  type: string,
  queries: ReadonlyArray<Record<string, unknown>>,
  from: string,
  to: string
): string | null {
  const uid = dataSourceUid(type);
  if (!uid || queries.length === 0) {
    return null;
  }
  const pane = {
    datasource: uid,
    queries: queries.map((query, at) => ({ refId: refId(at), datasource: { type, uid }, ...query })),
    range: { from, to },
  };
  return `/explore?${new URLSearchParams({ schemaVersion: '1', panes: lasting(JSON.stringify({ a: pane })) }).toString()}`;
}

/** Grafana's own links decode the address that they are given: what separates its parts is written as JSON may. */
function lasting(json: string): string {
  return json.replace(/[&#+%]/g, (each) => `\\u00${each.charCodeAt(0).toString(16)}`);
}

const ALPHABET = 26;

/** A, B, … Z, A1, …: as Grafana names queries. */
function refId(at: number): string {
  const letter = String.fromCharCode('A'.charCodeAt(0) + (at % ALPHABET));
  return at < ALPHABET ? letter : `${letter}${Math.floor(at / ALPHABET)}`;
}
