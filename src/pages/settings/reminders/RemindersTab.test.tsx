import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { type RemindersShape } from '../../../api/types.gen';
import { render } from '../../../test/render';
import { at, server } from '../../../test/server';
import { signInAs } from '../../../test/settings';
import SettingsPage from '../SettingsPage';

const NEVER = { acknowledgeMinutes: null, updateMinutes: null, followupDays: null, reportDays: null };

function policy(changes: Partial<RemindersShape> = {}): RemindersShape {
  return {
    severities: [
      { severity: 'critical', ...NEVER, acknowledgeMinutes: 5 },
      { severity: 'high', ...NEVER },
      { severity: 'medium', ...NEVER },
      { severity: 'low', ...NEVER },
    ],
    repeatMinutes: 30,
    repeatDays: 1,
    most: 3,
    targets: ['chat'],
    version: 2,
    updatedAt: '2026-03-01T12:00:00Z',
    updatedBy: 'bo',
    ...changes,
  };
}

const backend = (found: RemindersShape) => server.use(http.get(at('reminders'), () => HttpResponse.json(found)));
const show = () => render(<SettingsPage />, { at: '/settings/reminders', path: '/settings/*' });

describe('reminders (row 95)', () => {
  beforeEach(() => signInAs('Editor'));

  it('saves what was changed with the version that was seen; an empty field reminds nobody', async () => {
    const sent = vi.fn();
    backend(policy());
    server.use(
      http.put(at('reminders'), async ({ request }) => {
        sent(await request.json());
        return HttpResponse.json(policy({ version: 3 }));
      })
    );
    show();
    const field = await screen.findByLabelText('High: No update for (min)');
    expect(screen.getByRole('button', { name: 'Save' })).toBeDisabled();
    await userEvent.type(field, '60');
    await userEvent.clear(screen.getByLabelText('Critical: Not acknowledged for (min)'));
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(sent).toHaveBeenCalled());
    const [body] = sent.mock.calls[0] ?? [];
    expect(body).toMatchObject({ repeatMinutes: 30, repeatDays: 1, most: 3, version: 2 });
    expect(body.severities[0]).toMatchObject({ severity: 'critical', acknowledgeMinutes: null });
    expect(body.severities[1]).toMatchObject({ severity: 'high', updateMinutes: 60 });
  });

  it('warns when nobody would hear them', async () => {
    backend(policy({ targets: [] }));
    show();
    expect(await screen.findByText('No target hears reminders')).toBeInTheDocument();
  });

  it('does not warn while nobody is reminded of anything', async () => {
    backend(policy({ targets: [], severities: [{ severity: 'critical', ...NEVER }] }));
    show();
    await screen.findByRole('button', { name: 'Save' });
    expect(screen.queryByText('No target hears reminders')).not.toBeInTheDocument();
  });

  it('names the field that the backend refuses', async () => {
    backend(policy());
    server.use(
      http.put(at('reminders'), () =>
        HttpResponse.json(
          { code: 'invalid', message: 'refused', problems: [{ path: '$.most', problem: 'at most 20' }] },
          { status: 422 }
        )
      )
    );
    show();
    await userEvent.type(await screen.findByLabelText(/At most/), '9');
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('at most 20')).toBeInTheDocument();
  });

  it('shows a Viewer everything and offers nothing that changes', async () => {
    signInAs('Viewer');
    backend(policy());
    show();
    expect(await screen.findByText('5')).toBeInTheDocument();
    expect(screen.getByText(/Heard by chat/)).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Save' })).not.toBeInTheDocument();
    expect(screen.queryByRole('spinbutton')).not.toBeInTheDocument();
  });
});
