/** The shipped dashboards hold to the data source and to the panels that there are. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DATASOURCE_ID } from '../constants';
import { isComplete, type StudioQuery } from '../datasource/query';
import { defaultQuery, queryOf } from '../datasource/stored';
import { VARIABLE_LISTS } from '../datasource/variableQuery';
import { isRecord, isString } from '../lib/guards';

const FOLDER = import.meta.dirname;
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

/** Core panels that come with every Grafana, and ours. */
const CORE = ['stat', 'table', 'timeseries', 'barchart', 'nodeGraph'];
const OWN = ['slo', 'incident', 'kubernetes'].map((name) => pluginId(`../panels/${name}/plugin.json`));

function read(name: string): Record<string, unknown> {
  const parsed: unknown = JSON.parse(readFileSync(path.join(FOLDER, name), 'utf8'));
  return isRecord(parsed) ? parsed : {};
}

function pluginId(name: string): string {
  return String(read(name).id);
}

function records(value: unknown): Array<Record<string, unknown>> {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** Every query of a dashboard, those of annotations too. */
function targets(board: Record<string, unknown>): Array<Record<string, unknown>> {
  const annotations = isRecord(board.annotations) ? records(board.annotations.list) : [];
  const marks = annotations.map((each) => ({ datasource: each.datasource, ...(isRecord(each.target) && each.target) }));
  return [...records(board.panels).flatMap((panel) => records(panel.targets)), ...marks];
}

function variables(board: Record<string, unknown>): Array<Record<string, unknown>> {
  return isRecord(board.templating) ? records(board.templating.list) : [];
}

const isOurs = (target: Record<string, unknown>) =>
  isRecord(target.datasource) && target.datasource.type === DATASOURCE_ID;

describe.each(FILES)('%s', (name) => {
  const board = read(name);

  it('asks only what the data source answers, in words that it knows', () => {
    for (const target of targets(board).filter(isOurs)) {
      const { refId, datasource, ...said } = target;
      const query = queryOf({ ...said, refId: String(refId) });
      expect(query, JSON.stringify(target)).not.toBeNull();
      expect(isComplete(query as StudioQuery)).toBe(true);
      // Nothing that it says was unknown and fell back to a default.
      expect(query).toMatchObject(said);
      expect(Object.keys(defaultQuery((query as StudioQuery).queryType))).toEqual(
        expect.arrayContaining(Object.keys(said))
      );
      expect(datasource).toEqual({ type: DATASOURCE_ID, uid: '${source}' });
    }
  });

  it('draws with panels that exist', () => {
    const panels = records(board.panels);
    expect(panels.length).toBeGreaterThan(3);
    panels.forEach((panel) => expect([...CORE, ...OWN]).toContain(panel.type));
    expect(new Set(panels.map((panel) => panel.id)).size).toBe(panels.length);
  });

  it('uses only variables that it has, and lists that there are', () => {
    const names = variables(board).map((each) => String(each.name));
    const used = new Set(
      [...JSON.stringify(board).matchAll(/\$(?:\{([a-z_]+)[}:]|([a-z]+)\b)/g)].map((m) => m[1] ?? m[2])
    );
    used.forEach((each) => expect(names).toContain(each));
    for (const variable of variables(board).filter((each) => each.type === 'query' && isOurs(each))) {
      expect(VARIABLE_LISTS).toContain(isRecord(variable.query) ? variable.query.list : null);
    }
  });

  it('has panels beside each other and not over each other', () => {
    const taken = new Set<string>();
    for (const panel of records(board.panels)) {
      const place = isRecord(panel.gridPos) ? panel.gridPos : {};
      const [x, y, w, h] = [place.x, place.y, place.w, place.h].map(Number);
      for (let column = x ?? 0; column < (x ?? 0) + (w ?? 0); column++) {
        for (let row = y ?? 0; row < (y ?? 0) + (h ?? 0); row++) {
          expect(column).toBeLessThan(24);
          expect(taken.has(`${column}/${row}`)).toBe(false);
          taken.add(`${column}/${row}`);
        }
      }
    }
  });

  it('has an address of its own and is included in the app', () => {
    const includes = records(read('../../plugin.json').includes).filter((each) => each.type === 'dashboard');
    const [include] = includes.filter((each) => each.path === `dashboards/${name}`);
    expect(include?.name).toBe(board.title);
    expect(isString(board.uid) && board.uid.startsWith('reliability-')).toBe(true);
  });
});

it('each dashboard has another uid', () => {
  expect(new Set(FILES.map((name) => read(name).uid)).size).toBe(FILES.length);
  expect(FILES).toHaveLength(4);
});
