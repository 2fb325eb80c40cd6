/** The data source's query editor with its answer below, as in Grafana's Explore. */
import { css } from '@emotion/css';
import { CoreApp, type DataSourceApi, type GrafanaTheme2 } from '@grafana/data';
import { getDataSourceSrv, locationService } from '@grafana/runtime';
import { Button, useStyles2 } from '@grafana/ui';
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
  const { range } = useRange({ from: 'now-6h', to: 'now' });
  const [source, setSource] = useState<DataSourceApi | null>(null);
  const [query, setQuery] = useState<Query>(fromAddress);
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

function fromAddress(): Query {
  try {
    return JSON.parse(locationService.getSearch().get('query') ?? '');
  } catch {
    return { refId: 'A', datasource: { type: TYPE } };
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
