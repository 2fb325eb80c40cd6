import { type DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { type DataSourceSrv, setDataSourceSrv } from '@grafana/runtime';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { render } from '../test/render';
import { server } from '../test/server';
import { ConfigEditor } from './ConfigEditor';
import { DataSource } from './DataSource';

const templates = { replace: (text: string) => text } as never;
const HEALTH = 'http://localhost/api/datasources/uid/studio/health';

function show() {
  render(<ConfigEditor {...({ options: { uid: 'studio' } } as DataSourcePluginOptionsEditorProps)} />);
  const source = new DataSource({ uid: 'studio', jsonData: {} } as never, templates);
  setDataSourceSrv({ get: () => Promise.resolve(source) } as unknown as DataSourceSrv);
  return userEvent.setup();
}

describe('settings of the data source', () => {
  it('say that there are none, and where those of the app are', () => {
    show();
    expect(screen.getByText(/Nothing to set here/)).toBeInTheDocument();
    expect(screen.getByRole('link')).toHaveAttribute('href', '/a/reliability-studio-app/settings');
  });

  it.each([
    ['OK', 200, 'It works'],
    ['ERROR', 503, 'It does not work'],
  ])('a check that ends %s shows what the backend said', async (status, code, title) => {
    const user = show();
    server.use(http.get(HEALTH, () => HttpResponse.json({ status, message: 'database: said so' }, { status: code })));
    await user.click(screen.getByRole('button', { name: 'Check now' }));
    expect(await screen.findByText(title)).toBeInTheDocument();
    expect(screen.getByText('database: said so')).toBeInTheDocument();
  });
});
