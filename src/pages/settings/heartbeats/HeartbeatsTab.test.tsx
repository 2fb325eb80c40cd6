import { config } from '@grafana/runtime';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { type HeartbeatShape } from '../../../api/types.gen';
import { render } from '../../../test/render';
import { at, server } from '../../../test/server';
import { aHeartbeat, HOSTILE, signInAs } from '../../../test/settings';
import SettingsPage from '../SettingsPage';

const backend = (items: HeartbeatShape[]) => server.use(http.get(at('heartbeats'), () => HttpResponse.json({ items })));

const show = () => render(<SettingsPage />, { at: '/settings/heartbeats', path: '/settings/*' });

describe('heartbeats', () => {
  beforeEach(() => signInAs('Editor'));

  it('shows how each stands, its rhythm, and the command that sends it', async () => {
    config.appUrl = 'https://grafana.example.org/sub/';
    backend([
      aHeartbeat(),
      aHeartbeat({ name: 'batch', title: 'batch', pulse: 'missing' }),
      aHeartbeat({ name: 'new', title: 'new job', pulse: 'waiting', lastSeenAt: null }),
    ]);
    show();
    expect(await screen.findByText('on time')).toBeInTheDocument();
    expect(screen.getByText('missing')).toBeInTheDocument();
    expect(screen.getByText('never heard')).toBeInTheDocument();
    expect(screen.getByText('never')).toBeInTheDocument();
    expect(screen.getAllByText('1d, at most 30m late')).toHaveLength(3);
    await userEvent.click(screen.getByText('How nightly backup is sent'));
    expect(
      await screen.findByText(
        /'https:\/\/grafana\.example\.org\/sub\/api\/plugins\/reliability-studio-app\/resources\/webhooks\/heartbeat\/backup'$/
      )
    ).toBeInTheDocument();
  });

  it('says what to do when none is expected', async () => {
    backend([]);
    show();
    expect(await screen.findByText('No signal is expected')).toBeInTheDocument();
  });

  it('tells a failure', async () => {
    server.use(
      http.get(at('heartbeats'), () =>
        HttpResponse.json({ code: 'bad', message: 'the store is away' }, { status: 400 })
      )
    );
    show();
    expect(await screen.findByText('the store is away')).toBeInTheDocument();
  });

  it('shows a Viewer everything and offers nothing that changes', async () => {
    signInAs('Viewer');
    backend([aHeartbeat()]);
    show();
    expect(await screen.findByText('nightly backup')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /Expect a signal|Edit|Delete/ })).not.toBeInTheDocument();
  });

  it('shows hostile text as text', async () => {
    backend([aHeartbeat({ title: HOSTILE, service: HOSTILE })]);
    show();
    expect(await screen.findAllByText(HOSTILE)).toHaveLength(2);
    expect(document.querySelector('img[src="x"]')).toBeNull();
  });

  it('changes one over the version that was seen, and keeps its name', async () => {
    let sent: unknown;
    backend([aHeartbeat()]);
    server.use(
      http.put(at('heartbeats/backup'), async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json(aHeartbeat());
      })
    );
    const user = userEvent.setup();
    show();
    await user.click(await screen.findByRole('button', { name: 'Edit nightly backup' }));
    expect(screen.getByLabelText(/^Name in its address/)).toBeDisabled();
    const grace = screen.getByLabelText(/^May be late by/);
    await user.clear(grace);
    await user.type(grace, '60');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(sent).toMatchObject({ version: 2, graceSeconds: 60, labels: { team: 'data' } }));
    expect(Object.keys(sent as object)).not.toContain('pulse');
  });

  it('puts a refusal at its field', async () => {
    backend([]);
    server.use(
      http.put(at('heartbeats/x'), () =>
        HttpResponse.json(
          { code: 'invalid', message: 'no', problems: [{ path: '$.intervalSeconds', problem: 'is too short' }] },
          { status: 422 }
        )
      )
    );
    const user = userEvent.setup();
    show();
    await user.click(await screen.findByRole('button', { name: 'Expect a signal' }));
    await user.type(screen.getByLabelText(/^Name in its address/), 'x');
    await user.type(screen.getByLabelText(/^Title/), 'y');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('is too short')).toBeInTheDocument();
  });
});
