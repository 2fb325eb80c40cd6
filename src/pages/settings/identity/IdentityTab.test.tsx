import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { type IdentityRuleShape, type IntegrationShape } from '../../../api/types.gen';
import { render } from '../../../test/render';
import { at, server } from '../../../test/server';
import { anIdentityRule, HOSTILE, signInAs } from '../../../test/settings';
import SettingsPage from '../SettingsPage';

function backend(rules: IdentityRuleShape[], senders: IntegrationShape[] = []) {
  const sent: unknown[] = [];
  server.use(
    http.get(at('integrations'), () => HttpResponse.json({ items: senders })),
    http.get(at('identity-rules'), () => HttpResponse.json({ items: rules })),
    http.post(at('identity-rules'), async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json(anIdentityRule(), { status: 201 });
    }),
    http.patch(at('identity-rules/r1'), async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json(anIdentityRule());
    }),
    http.post(at('identity-rules/dry-run'), async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json({
        alerts: 12,
        episodes: 3,
        groups: [
          {
            name: 'Slow',
            labels: { alertname: 'Slow', service: HOSTILE },
            alerts: 10,
            startsAt: '2026-03-01T12:00:00Z',
            endsAt: null,
          },
        ],
        truncated: false,
      });
    })
  );
  return sent;
}

const show = () => render(<SettingsPage />, { at: '/settings/identity', path: '/settings/*' });

const aSender = (name: string): IntegrationShape => ({
  name,
  address: `webhooks/generic/${name}`,
  namePath: 'title',
  alertsPath: '',
  statusPath: 'status',
  resolvedValues: ['ok'],
  keyPath: '',
  startsAtPath: '',
  severityPath: '',
  servicePath: '',
  summaryPath: '',
  labelPaths: {},
  labels: {},
  enabled: true,
  version: 1,
});

describe('rules about which alerts are one', () => {
  beforeEach(() => signInAs('Editor'));

  it('row 5: lists what each covers and what it does, and that it is for new alerts', async () => {
    backend([
      anIdentityRule(),
      anIdentityRule({ id: 'r2', title: 'By name', how: 'identify_by', labels: ['alertname'], source: 'grafana' }),
      anIdentityRule({ id: 'r3', title: 'Old', matchers: [], enabled: false }),
    ]);
    show();
    const table = await screen.findByRole('region', { name: 'Rules about which alerts are one' });
    expect(within(table).getAllByText('{service="checkout"}')).toHaveLength(2);
    expect(within(table).getAllByText('alike but for pod')).toHaveLength(2);
    expect(within(table).getByText('alike in alertname')).toBeInTheDocument();
    expect(within(table).getByText('Grafana')).toBeInTheDocument();
    expect(within(table).getByText('switched off')).toBeInTheDocument();
    expect(screen.getByText(/is for new alerts only/)).toBeInTheDocument();
  });

  it('row 5: writes a rule, and tries it before', async () => {
    const sent = backend([]);
    show();
    expect(await screen.findByText('Each alert is what its source says')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Add a rule' }));
    expect(await screen.findByRole('button', { name: 'Save' })).toBeDisabled();
    await userEvent.type(screen.getByRole('textbox', { name: /Name/ }), 'Pods');
    await userEvent.type(screen.getByPlaceholderText('Type a label, then Enter'), 'pod{Enter}');
    await userEvent.click(screen.getByRole('button', { name: 'Try on the last 30 days' }));
    expect(await screen.findByText('12 alerts would have been 3')).toBeInTheDocument();
    expect(screen.getByText(`service=${HOSTILE}`)).toBeInTheDocument();
    expect(document.querySelector('img[src="x"]')).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    const rule = { title: 'Pods', labels: ['pod'] };
    await waitFor(() => expect(sent).toEqual([{ rule, days: 30 }, rule]));
  });

  it('row 5: changes a rule over the version that was seen', async () => {
    const sent = backend([anIdentityRule()]);
    show();
    await userEvent.click(await screen.findByRole('button', { name: 'Edit Pods are one' }));
    await userEvent.click(await screen.findByRole('radio', { name: 'these labels' }));
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(sent).toEqual([expect.objectContaining({ how: 'identify_by', version: 3 })]));
  });

  it('row 5: a rule is about one sender of JSON, also when that is gone by now', async () => {
    const gone = anIdentityRule({ id: 'r1', title: 'Old', source: 'generic', integration: 'zabbix' });
    const sent = backend([gone], [aSender('nagios'), aSender('icinga')]);
    show();
    expect(await screen.findByText('JSON sender zabbix')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Edit Old' }));
    const box = await screen.findByRole('combobox', { name: /That come from/ });
    expect(box).toHaveValue('JSON sender zabbix');
    await userEvent.click(box);
    await userEvent.click(await screen.findByRole('option', { name: 'JSON sender nagios' }));
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(sent).toEqual([expect.objectContaining({ source: 'generic', integration: 'nagios' })]));
  });

  it('shows a Viewer everything and offers nothing that changes', async () => {
    signInAs('Viewer');
    backend([anIdentityRule()]);
    show();
    expect(await screen.findByText('Pods are one')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /Add|Edit|Delete/ })).not.toBeInTheDocument();
  });
});
