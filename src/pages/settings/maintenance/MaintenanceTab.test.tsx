import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { type AlertShape, type WindowShape } from '../../../api/types.gen';
import { render } from '../../../test/render';
import { at, server } from '../../../test/server';
import { aWindow, HOSTILE, signInAs } from '../../../test/settings';
import SettingsPage from '../SettingsPage';

const held: AlertShape = {
  id: 7,
  name: 'Slow',
  source: 'alertmanager',
  integration: '',
  fingerprint: 'f',
  firing: true,
  startsAt: '2026-03-01T12:30:00Z',
  endsAt: null,
  receivedAt: '2026-03-01T12:30:00Z',
  labels: { service: 'payments' },
  annotations: {},
  generatorUrl: '',
  incident: null,
  reason: 'maintenance',
  reasonText: "the maintenance 'database upgrade' is on",
};

function backend(windows: WindowShape[], alerts: AlertShape[] = []) {
  server.use(
    http.get(at('maintenance-windows'), () => HttpResponse.json({ items: windows })),
    http.get(at('alerts'), ({ request }) =>
      new URL(request.url).searchParams.get('reason') === 'maintenance'
        ? HttpResponse.json({ items: alerts, total: alerts.length, cursor: null })
        : HttpResponse.json({ code: 'bad', message: 'not asked for' }, { status: 400 })
    )
  );
}

const show = () => render(<SettingsPage />, { at: '/settings/maintenance', path: '/settings/*' });

describe('maintenance windows', () => {
  beforeEach(() => signInAs('Editor'));

  it('shows windows by where they stand, and what was held back and why', async () => {
    backend(
      [
        aWindow(),
        aWindow({ id: 'w2', title: 'patch day', phase: 'planned', repeat: 'weekly', timeZone: 'Europe/Berlin' }),
        aWindow({ id: 'w3', title: 'old move', phase: 'over', enabled: false }),
      ],
      [held]
    );
    show();
    const running = await screen.findByRole('region', { name: 'Running now' });
    expect(within(running).getByText('database upgrade')).toBeInTheDocument();
    const planned = screen.getByRole('region', { name: 'Planned' });
    expect(within(planned).getByText('patch day')).toBeInTheDocument();
    expect(within(planned).getByText(/every week \(Europe\/Berlin\)/)).toBeInTheDocument();
    expect(within(screen.getByRole('region', { name: 'Past' })).getByText('switched off')).toBeInTheDocument();
    const back = await screen.findByRole('region', { name: 'Held back' });
    expect(within(back).getByText("the maintenance 'database upgrade' is on")).toBeInTheDocument();
    expect(within(back).getByText('still fires')).toBeInTheDocument();
  });

  it('says what to do when there is none', async () => {
    backend([]);
    show();
    expect(await screen.findByText('No maintenance is planned')).toBeInTheDocument();
    expect(await screen.findByText('No alert is held back by a maintenance window.')).toBeInTheDocument();
  });

  it('tells a failure and tries again', async () => {
    backend([aWindow()]);
    server.use(
      http.get(
        at('maintenance-windows'),
        () => HttpResponse.json({ code: 'bad', message: 'the store is away' }, { status: 400 }),
        { once: true }
      )
    );
    show();
    expect(await screen.findByText('the store is away')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('database upgrade')).toBeInTheDocument();
  });

  it('shows a Viewer everything and offers nothing that changes', async () => {
    signInAs('Viewer');
    backend([aWindow()]);
    show();
    expect(await screen.findByText('database upgrade')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /Declare a window|Edit|Delete|End/ })).not.toBeInTheDocument();
  });

  it('shows hostile text as text', async () => {
    backend([aWindow({ title: HOSTILE, comment: HOSTILE, services: [HOSTILE] })], [{ ...held, name: HOSTILE }]);
    show();
    await waitFor(() => expect(screen.getAllByText(HOSTILE)).toHaveLength(4));
    expect(document.querySelector('img[src="x"]')).toBeNull();
  });

  it('ends a window now, over the version that was seen', async () => {
    let sent: unknown;
    backend([aWindow()]);
    server.use(
      http.patch(at('maintenance-windows/w1'), async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json(aWindow({ phase: 'over' }));
      })
    );
    show();
    const before = Date.now();
    await userEvent.click(await screen.findByRole('button', { name: 'End now: database upgrade' }));
    await waitFor(() => expect(sent).toMatchObject({ title: 'database upgrade', version: 3 }));
    const { endsAt } = sent as { endsAt: string };
    expect(Date.parse(endsAt)).toBeGreaterThanOrEqual(before);
    expect(Object.keys(sent as object)).not.toContain('phase');
  });

  it('declares a window in the time zone of the person, and puts a refusal at its field', async () => {
    const sent: unknown[] = [];
    backend([]);
    server.use(
      http.post(at('maintenance-windows'), async ({ request }) => {
        sent.push(await request.json());
        return HttpResponse.json(
          { code: 'invalid', message: 'no', problems: [{ path: '$.endsAt', problem: 'must be after the start' }] },
          { status: 422 }
        );
      })
    );
    const user = userEvent.setup();
    show();
    await user.click(await screen.findByRole('button', { name: 'Declare a window' }));
    await user.click(screen.getByLabelText(/^What is done/));
    await user.paste('move');
    fireEvent.change(screen.getByLabelText(/^Begins/), { target: { value: '2026-03-01T12:30' } });
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('must be after the start')).toBeInTheDocument();
    expect(sent).toEqual([expect.objectContaining({ title: 'move', startsAt: '2026-03-01T12:30:00.000Z' })]);
    expect(screen.getByLabelText(/^What is done/)).toHaveValue('move');
  });

  it('deletes a window after a second thought', async () => {
    let deleted = false;
    backend([aWindow()]);
    server.use(
      http.delete(at('maintenance-windows/w1'), () => {
        deleted = true;
        return new HttpResponse(null, { status: 204 });
      })
    );
    const user = userEvent.setup();
    show();
    await user.click(await screen.findByRole('button', { name: 'Delete' }));
    expect(deleted).toBe(false);
    await user.click(screen.getByRole('button', { name: 'Delete database upgrade' }));
    await waitFor(() => expect(deleted).toBe(true));
  });
});
