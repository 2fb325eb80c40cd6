/** Links into Grafana's Explore: a query over a stretch of time, for a data source that Grafana has. */
import { config } from '@grafana/runtime';

type System = 'prometheus' | 'loki' | 'tempo';

/** The uid of Grafana's data source of this kind: the default one, else the first by name; null without any. */
export function dataSourceUid(system: System): string | null {
  const found = Object.values(config.datasources)
    .filter((each) => each.type === system && each.uid)
    .sort((a, b) => Number(b.isDefault ?? false) - Number(a.isDefault ?? false) || a.name.localeCompare(b.name));
  return found[0]?.uid ?? null;
}

/**
 * The address of Explore with this query; null when Grafana has no data source that could answer it.
 *
 * @param from and to: milliseconds, or relative as Grafana writes them (`now-6h`).
 */
export function exploreUrl(system: System, query: string, from: string, to: string): string | null {
  const uid = dataSourceUid(system);
  if (!uid) {
    return null;
  }
  const field = system === 'tempo' ? { query, queryType: 'traceql' } : { expr: query };
  const pane = {
    datasource: uid,
    queries: [{ refId: 'A', datasource: { type: system, uid }, ...field }],
    range: { from, to },
  };
  return `/explore?${new URLSearchParams({ schemaVersion: '1', panes: JSON.stringify({ a: pane }) }).toString()}`;
}
