import { config, type DataSourceSrv, setDataSourceSrv } from '@grafana/runtime';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { type RuleShape } from '../../api/types.gen';
import { render } from '../../test/render';
import { at, server } from '../../test/server';
import SettingsPage from './SettingsPage';

const GRAFANA = 'http://localhost/api/plugins/reliability-studio-app/settings';

const rule: RuleShape = {
  id: 'r1',
  name: '<b>pages</b>',
  matchers: [{ label: 'severity', operator: '=', value: 'page' }],
  position: 1,
  enabled: false,
  action: 'incident',
  groupBy: [],
  windowSeconds: 900,
  severities: {},
  levels: {},
  autoResolve: 'all_resolved',
  holdSeconds: 0,
  drill: false,
  parents: [],
  version: 4,
};

const health = {
  status: 'degraded',
  message: 'degraded: loki: refused',
  dependencies: {
    prometheus: { state: 'ok', message: 'version 2.42', latencyMs: 3.2 },
    loki: { state: 'failed', message: 'connection refused', latencyMs: 0 },
  },
  settingsProblems: [{ path: 'jsonData.tempo.url', problem: 'must be an address' }],
  warnings: [],
};

function as(role: 'Admin' | 'Editor' | 'Viewer') {
  Object.assign(config.bootData.user, { orgRole: role, isGrafanaAdmin: false, login: 'ada', name: 'Ada' });
}

function show(tab: string) {
  return render(<SettingsPage />, { at: `/settings/${tab}`, path: '/settings/*' });
}

/** The editor of the rule is open; `sent` is what its saving has sent. */
async function editRule() {
  let body: unknown;
  server.use(
    http.patch(at('rules/r1'), async ({ request }) => {
      body = await request.json();
      return HttpResponse.json(rule);
    })
  );
  const user = userEvent.setup();
  show('rules');
  await user.click(await screen.findByRole('button', { name: 'Edit <b>pages</b>' }));
  return { user, sent: () => body };
}

describe('settings', () => {
  beforeEach(() => {
    as('Admin');
    setDataSourceSrv({ getList: () => [] } as unknown as DataSourceSrv);
    server.use(
      http.get(at('rules'), () => HttpResponse.json({ items: [rule] })),
      http.get(at('health'), () => HttpResponse.json(health)),
      http.get(GRAFANA, () =>
        HttpResponse.json({
          enabled: true,
          pinned: true,
          jsonData: { prometheus: { url: 'http://prometheus:9090' }, notifications: { targets: [] } },
          secureJsonFields: { prometheusToken: true },
        })
      )
    );
  });

  it('shows rules to a viewer, who can change none of them', async () => {
    as('Viewer');
    show('rules');
    expect(await screen.findByText('<b>pages</b>')).toBeInTheDocument();
    expect(screen.getByText('{severity="page"}')).toBeInTheDocument();
    expect(screen.getByText('switched off')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Edit' })).not.toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Add a rule' })).not.toBeInTheDocument();
  });

  it('calls no source unconfigured before it knows', async () => {
    let answer: (value: Response) => void = () => undefined;
    server.use(http.get(at('health'), () => new Promise<Response>((resolve) => (answer = resolve))));
    as('Admin');
    show('sources');
    expect(await screen.findByRole('button', { name: 'Test Prometheus' })).toBeDisabled();
    expect(screen.queryByText('not configured')).not.toBeInTheDocument();
    answer(HttpResponse.json(health));
    expect(await screen.findAllByText('not configured')).not.toHaveLength(0);
  });

  it.each(['sources', 'integrations', 'people', 'audit'])('keeps %s from everybody but administrators', async (tab) => {
    as('Editor');
    show(tab);
    expect(await screen.findByText('Only administrators of the organisation see this')).toBeInTheDocument();
  });

  it('puts the problem of a rule at its field, and keeps what was typed', async () => {
    server.use(
      http.post(at('rules'), () =>
        HttpResponse.json(
          { code: 'invalid', message: 'no', problems: [{ path: '$.matchers[0].value', problem: 'is no expression' }] },
          { status: 422 }
        )
      )
    );
    const user = userEvent.setup();
    show('rules');
    await user.click(await screen.findByRole('button', { name: 'Add a rule' }));
    await user.click(screen.getByLabelText(/^Name/));
    await user.paste('mine');
    await user.click(screen.getByRole('button', { name: 'Add a condition' }));
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('is no expression')).toBeInTheDocument();
    expect(screen.getByLabelText(/^Name/)).toHaveValue('mine');
  });

  it('replaces a rule only when nobody else has changed it meanwhile', async () => {
    const { user, sent } = await editRule();
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(sent()).toMatchObject({ name: '<b>pages</b>', version: 4 }));
  });

  it('rows 9, 10: a rule leaves its alerts to a person', async () => {
    const { user, sent } = await editRule();
    await user.click(await screen.findByRole('combobox', { name: 'Such alerts' }));
    await user.click(await screen.findByRole('option', { name: 'wait for a person' }));
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(sent()).toMatchObject({ action: 'candidate' }));
  });

  it('shows how each source is, and everything that is wrong with the settings', async () => {
    show('sources');
    expect(await screen.findByText('answers in 3.2 ms')).toBeInTheDocument();
    expect(screen.getByText('does not answer')).toBeInTheDocument();
    expect(screen.getByText('must be an address')).toBeInTheDocument();
  });

  it('saves addresses, leaves what it does not know, and sends only the secrets that were typed', async () => {
    let sent: unknown;
    server.use(
      http.post(GRAFANA, async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json({ message: 'Plugin settings updated' });
      })
    );
    const user = userEvent.setup();
    show('sources');
    const url = await screen.findByLabelText('Address', { selector: '[placeholder="http://prometheus:9090"]' });
    await user.clear(url);
    await user.click(url);
    await user.paste('http://mimir:8080');
    expect(screen.getByRole('button', { name: 'Test Prometheus' })).toBeDisabled();
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() =>
      expect(sent).toEqual({
        enabled: true,
        pinned: true,
        jsonData: { prometheus: { url: 'http://mimir:8080' }, notifications: { targets: [] } },
        secureJsonData: {},
      })
    );
  });

  it('pages through the audit log', async () => {
    const deed = {
      id: 1,
      at: '2026-01-01T00:00:00Z',
      actor: 'ada',
      action: 'rule.add',
      subject: 'r1',
      before: null,
      after: 1,
      reportedAddress: '203.0.113.7, 10.0.0.3',
    };
    server.use(
      http.get(at('audit'), ({ request }) =>
        new URL(request.url).searchParams.get('cursor') === 'next'
          ? HttpResponse.json({ items: [{ ...deed, id: 2, action: 'rule.delete' }], total: 2, cursor: null })
          : HttpResponse.json({ items: [deed], total: 2, cursor: 'next' })
      )
    );
    show('audit');
    expect(await screen.findByText('rule.add')).toBeInTheDocument();
    expect(screen.getByText('203.0.113.7, 10.0.0.3')).toBeInTheDocument();
    expect(screen.getByRole('link', { name: /as CSV/ })).toHaveAttribute(
      'href',
      expect.stringContaining('/resources/audit/export')
    );
    await userEvent.click(screen.getByRole('button', { name: 'Older' }));
    expect(await screen.findByText('rule.delete')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Older' })).not.toBeInTheDocument();
  });
});
