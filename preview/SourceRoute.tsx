/** The settings of the nested data source: its own editor, and Grafana's test button. */
import { css } from '@emotion/css';
import { type DataSourceApi, type DataSourceSettings, type GrafanaTheme2 } from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';
import { Alert, Button, useStyles2 } from '@grafana/ui';
import { type ComponentType, useEffect, useState } from 'react';

interface EditorProps {
  options: DataSourceSettings;
  onOptionsChange: (options: DataSourceSettings) => void;
}

export function SourceRoute() {
  const styles = useStyles2(getStyles);
  const [source, setSource] = useState<DataSourceApi | null>(null);
  const [said, setSaid] = useState<{ status: string; message: string } | null>(null);
  const [options, setOptions] = useState<DataSourceSettings | null>(null);
  useEffect(() => {
    void getDataSourceSrv()
      .get({ type: 'reliability-studio-datasource' })
      .then((found) => {
        setSource(found);
        setOptions({ ...getDataSourceSrv().getInstanceSettings(found.uid), secureJsonFields: {} } as never);
      });
  }, []);
  const test = async () => {
    const { status, message } = await (source?.testDatasource() ?? Promise.reject(new Error('no data source')));
    setSaid({ status: String(status), message: String(message) });
  };
  const Editor = source?.components?.ConfigEditor as ComponentType<EditorProps> | undefined;
  return (
    <div className={styles.page}>
      <h1>{source?.name}</h1>
      {Editor && options && <Editor options={options} onOptionsChange={setOptions} />}
      <div>
        <Button
          onClick={() => void test().catch((error: Error) => setSaid({ status: 'error', message: error.message }))}
        >
          Test
        </Button>
      </div>
      {said && <Alert severity={said.status === 'success' ? 'success' : 'error'} title={said.message} />}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({ padding: theme.spacing(3), display: 'flex', flexDirection: 'column', gap: theme.spacing(2) }),
});
