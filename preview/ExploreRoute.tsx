/** The data source's query editor with its answer below, as in Grafana's Explore. */
import { css } from '@emotion/css';
import { CoreApp, type DataSourceApi, type GrafanaTheme2 } from '@grafana/data';
import { getDataSourceSrv, locationService } from '@grafana/runtime';
import { Alert, Button, useStyles2 } from '@grafana/ui';
import { type ComponentType, useEffect, useState } from 'react';
import { type DashboardPanel } from './dashboards';
import { useRange } from './DashboardRoute';
import { PanelView } from './PanelView';

const TYPE = 'reliability-studio-datasource';

interface EditorProps {
  datasource: DataSourceApi;
  query: Query;
  app: CoreApp;
  onChange: (query: Query) => void;
  onRunQuery: () => void;
}

type Query = NonNullable<DashboardPanel['targets']>[number];

export function ExploreRoute() {
  const styles = useStyles2(getStyles);
  const [asked] = useState(fromAddress);
  const { range } = useRange(asked.range ?? { from: 'now-6h', to: 'now' });
  const [source, setSource] = useState<DataSourceApi | null>(null);
  const [query, setQuery] = useState<Query>(asked.query);
  const [run, setRun] = useState(query);
  useEffect(() => {
    void getDataSourceSrv().get({ type: TYPE }).then(setSource);
  }, []);
  const Editor = source?.components?.QueryEditor as ComponentType<EditorProps> | undefined;
  const submit = () => {
    setRun(query);
    locationService.partial({ query: JSON.stringify(query) }, true);
  };
  const panel = { id: 1, type: 'table', title: 'Answer', gridPos: { x: 0, y: 0, w: 24, h: 12 }, targets: [run] };
  return (
    <div className={styles.page}>
      <h1 className={styles.title}>Explore</h1>
      {asked.foreign.length > 0 && (
        <Alert severity="info" title="Grafana would ask another data source here, which the stand-in host has not">
          {asked.foreign.map((each) => (
            <pre key={each.refId}>{String(Reflect.get(each, 'expr') ?? Reflect.get(each, 'query') ?? '')}</pre>
          ))}
        </Alert>
      )}
      {source && Editor && (
        <Editor datasource={source} query={query} app={CoreApp.Explore} onChange={setQuery} onRunQuery={submit} />
      )}
      <div>
        <Button icon="play" onClick={submit}>
          Run query
        </Button>
      </div>
      <div className={styles.answer}>
        {source && <PanelView key={JSON.stringify(run)} panel={panel} range={range} />}
      </div>
    </div>
  );
}

interface Pane {
  queries?: Query[];
  range?: { from: string; to: string };
}

/** What a link into Explore asks for: the one pane that links of the plugin have. */
function paneOf(address: URLSearchParams): Pane {
  try {
    return JSON.parse(address.get('panes') ?? '{}').a ?? {};
  } catch {
    return {};
  }
}

/** The query to begin with; those of other data sources are shown and not asked: their editors are not published. */
function fromAddress(): { query: Query; foreign: Query[]; range: Pane['range'] } {
  const address = locationService.getSearch();
  const { queries = [], range } = paneOf(address);
  const [own] = queries.filter((each) => each.datasource?.type === TYPE);
  const empty = { refId: 'A', datasource: { type: TYPE } };
  const foreign = queries.filter((each) => each.datasource?.type !== TYPE);
  try {
    return { query: JSON.parse(address.get('query') ?? '') as Query, foreign, range };
  } catch {
    return { query: own ?? empty, foreign, range };
  }
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({
    padding: theme.spacing(3),
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(2),
    height: '100%',
  }),
  title: css({ margin: 0, fontSize: theme.typography.h2.fontSize }),
  answer: css({ flex: 1, minHeight: 320 }),
});
