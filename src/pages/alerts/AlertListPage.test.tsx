import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { type AlertShape } from '../../api/types.gen';
import { anIncident } from '../../test/incidents';
import { render } from '../../test/render';
import { at, server } from '../../test/server';
import { HOSTILE, signInAs } from '../../test/settings';
import AlertListPage from './AlertListPage';

const anAlert = (more: Partial<AlertShape> = {}): AlertShape => ({
  id: 7,
  name: 'UnusualErrors',
  source: 'detector',
  integration: '',
  fingerprint: 'f',
  firing: true,
  startsAt: '2026-03-01T12:30:00Z',
  endsAt: null,
  receivedAt: '2026-03-01T12:30:00Z',
  labels: { service: 'payments' },
  annotations: { summary: '8.00% requests fail, usually 0.10%' },
  generatorUrl: '',
  incident: null,
  reason: 'candidate',
  reasonText: 'no alert rule says so, the detector does',
  ...more,
});

function backend(items: AlertShape[]) {
  const asked: URLSearchParams[] = [];
  server.use(
    http.get(at('alerts'), ({ request }) => {
      asked.push(new URL(request.url).searchParams);
      return HttpResponse.json({ items, total: items.length, cursor: null });
    })
  );
  return asked;
}

const show = (query = '') => render(<AlertListPage />, { at: `/alerts${query}`, path: '/alerts' });

describe('the list of alerts', () => {
  beforeEach(() => signInAs('Editor'));

  it('row 19: shows what went nowhere, and why, and what joined where', async () => {
    backend([
      anAlert(),
      anAlert({ id: 8, annotations: {}, name: 'Slow', incident: 'INC-4', reason: 'joined_group', reasonText: 'same' }),
    ]);
    show();
    expect(await screen.findByText(/the detector does/)).toBeInTheDocument();
    expect(screen.getByText('8.00% requests fail, usually 0.10%')).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'INC-4' })).toHaveAttribute('href', expect.stringContaining('INC-4'));
    expect(screen.getAllByRole('button', { name: /Declare an incident/ })).toHaveLength(1);
  });

  it('asks for what the address says: firing ones by default, one reason, or all', async () => {
    const asked = backend([anAlert()]);
    show('?reason=candidate');
    await screen.findByText(/the detector does/);
    expect(asked[0]?.get('firing')).toBe('true');
    expect(asked[0]?.get('reason')).toBe('candidate');
    await userEvent.click(screen.getByRole('radio', { name: 'All' }));
    await vi.waitFor(() => expect(asked.at(-1)?.get('firing') ?? '').toBe(''));
  });

  it('rows 10 and 19: an Editor declares an incident for a candidate', async () => {
    backend([anAlert()]);
    let sent = 0;
    server.use(
      http.post(at('alerts/7/incident'), () => {
        sent += 1;
        return HttpResponse.json(anIncident({ number: 'INC-9' }), { status: 201 });
      })
    );
    show();
    await userEvent.click(await screen.findByRole('button', { name: 'Declare an incident for UnusualErrors' }));
    await vi.waitFor(() => expect(sent).toBe(1));
  });

  it('a Viewer reads only', async () => {
    signInAs('Viewer');
    backend([anAlert()]);
    show();
    await screen.findByText(/the detector does/);
    expect(screen.queryByRole('button', { name: /Declare/ })).not.toBeInTheDocument();
  });

  it('says what to do when there is nothing, and that it failed when it failed', async () => {
    backend([]);
    show('?state=all');
    expect(await screen.findByText('No alert came in yet')).toBeInTheDocument();
    server.use(http.get(at('alerts'), () => HttpResponse.json({ code: 'x', message: 'broken' }, { status: 400 })));
    show();
    expect(await screen.findByText(/broken/)).toBeInTheDocument();
  });

  it('shows hostile names as text', async () => {
    backend([anAlert({ name: HOSTILE, reasonText: HOSTILE })]);
    show();
    expect((await screen.findAllByText(new RegExp('<img|<script'))).length).toBeGreaterThan(0);
    expect(document.querySelector('img[src="x"]')).toBeNull();
  });

  it('row 5: lists the alerts that a rule took for one, by what tells them apart', async () => {
    const why = "alerts that differ in nothing but pod are one, by the rule 'Pods are one'";
    backend([anAlert({ id: 9, name: 'Slow', identity: { rule: 'r1', text: why } })]);
    const member = (pod: string, more: object) => ({
      source: 'alertmanager',
      integration: '',
      fingerprint: pod,
      firing: true,
      startsAt: '2026-03-01T12:30:00Z',
      endsAt: null,
      receivedAt: '2026-03-01T12:40:00Z',
      labels: { service: 'payments', pod },
      annotations: {},
      generatorUrl: '',
      ...more,
    });
    server.use(
      http.get(at('alerts/9/questions'), () => HttpResponse.json({ items: [] })),
      http.get(at('alerts/9/members'), () =>
        HttpResponse.json({
          items: [member('a', { firing: false, endsAt: '2026-03-01T12:35:00Z' }), member(HOSTILE, {})],
        })
      )
    );
    show();
    await userEvent.click(await screen.findByRole('button', { name: /Details of Slow/ }));
    expect(await screen.findByText(why)).toBeInTheDocument();
    const table = await screen.findByRole('region', { name: 'Alerts that are one' });
    expect(within(table).getByText('pod=a')).toBeInTheDocument();
    expect(within(table).getByText(`pod=${HOSTILE}`)).toBeInTheDocument();
    expect(within(table).getByText('over')).toBeInTheDocument();
    expect(document.querySelector('img[src="x"]')).toBeNull();
  });

  it('opens the details of the alert that its address names, and takes them out of it when they are closed', async () => {
    backend([anAlert({ id: 11, name: 'Slow' })]);
    server.use(http.get(at('alerts/11/questions'), () => HttpResponse.json({ items: [] })));
    show('?alert=11');
    await userEvent.click(await screen.findByRole('button', { name: 'Close' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  });

  it('row 17: shows what was asked about an alert, also when there is no answer', async () => {
    backend([anAlert({ id: 11, name: 'Slow' })]);
    const reading = { state: 'done', text: '1 line', query: '{app="shop"}', values: [], lines: [], samples: 1 };
    const about = '2026-03-01T12:30:00Z';
    const question = { id: 1, rule: 'q1', title: 'Last lines', source: 'loki', about, ranAt: about, reading };
    const failed = { ...reading, state: 'failed', text: 'connection refused', samples: 0 };
    server.use(
      http.get(at('alerts/11/questions'), () =>
        HttpResponse.json({
          items: [
            { ...question, reading: { ...reading, lines: [{ at: about, text: `no ${HOSTILE}` }] } },
            { ...question, id: 2, title: 'Errors', reading: failed },
          ],
        })
      )
    );
    show();
    await userEvent.click(await screen.findByRole('button', { name: /Details of Slow/ }));
    const asked = await screen.findByRole('region', { name: 'Last lines' });
    expect(within(asked).getByText(`no ${HOSTILE}`)).toBeInTheDocument();
    expect(within(asked).getByText('answered')).toBeInTheDocument();
    const other = screen.getByRole('region', { name: 'Errors' });
    expect(within(other).getByText('connection refused')).toBeInTheDocument();
    expect(document.querySelector('img[src="x"]')).toBeNull();
  });
});
