import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { type DeliveryShape } from '../../../api/types.gen';
import { render } from '../../../test/render';
import { at, server } from '../../../test/server';
import { aDelivery, HOSTILE, signInAs } from '../../../test/settings';
import SettingsPage from '../SettingsPage';

/** A log in pages of two; what it was asked with. */
function backend(all: DeliveryShape[]) {
  const asked: URLSearchParams[] = [];
  server.use(
    http.get(at('targets'), () =>
      HttpResponse.json({
        items: [{ name: 'ops-slack', kind: 'slack', minSeverity: 'low', services: [], news: [], drills: false }],
      })
    ),
    http.get(at('deliveries'), ({ request }) => {
      const query = new URL(request.url).searchParams;
      asked.push(query);
      const states = query.getAll('state');
      const found = all.filter((each) => states.length === 0 || states.includes(each.state));
      const from = Number(query.get('cursor') ?? '0');
      const cursor = from + 2 < found.length ? String(from + 2) : null;
      return HttpResponse.json({ items: found.slice(from, from + 2), total: found.length, cursor });
    })
  );
  return asked;
}

const show = (query = '') => render(<SettingsPage />, { at: `/settings/deliveries${query}`, path: '/settings/*' });

describe('the delivery log', () => {
  beforeEach(() => signInAs('Editor'));

  it('shows what became of each message, why one failed, and pages to older ones', async () => {
    backend([
      aDelivery({ id: 3, state: 'failed', attempts: 9, problem: 'the target answered 500', headline: 'third' }),
      aDelivery({ id: 2, state: 'waiting', attempts: 0, nextAt: '2026-03-01T12:01:00Z', headline: 'second' }),
      aDelivery({ id: 1, headline: 'first' }),
    ]);
    show();
    expect(await screen.findByText('the target answered 500')).toBeInTheDocument();
    expect(screen.getByText(/9 tries/)).toBeInTheDocument();
    expect(screen.getByText('3 messages')).toBeInTheDocument();
    expect(screen.queryByText('first')).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Older' }));
    expect(await screen.findByText('first')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Older' })).not.toBeInTheDocument();
  });

  it('restores its filter from the address and asks the backend for exactly that', async () => {
    const asked = backend([aDelivery({ state: 'failed' })]);
    show('?state=failed&target=ops-slack&incident=INC-1');
    expect(await screen.findByText('checkout fails')).toBeInTheDocument();
    expect(asked[0]?.getAll('state')).toEqual(['failed']);
    expect([asked[0]?.get('target'), asked[0]?.get('incident')]).toEqual(['ops-slack', 'INC-1']);
  });

  it('filters by incident', async () => {
    const asked = backend([aDelivery()]);
    show();
    await userEvent.type(await screen.findByLabelText('Incident'), 'INC-7{enter}');
    await waitFor(() => expect(asked.at(-1)?.get('incident')).toBe('INC-7'));
  });

  it('sends again what failed or was sent, not what waits', async () => {
    let again = 0;
    backend([
      aDelivery({ id: 5, state: 'failed', problem: 'refused' }),
      aDelivery({ id: 6, state: 'waiting', headline: 'later' }),
    ]);
    server.use(
      http.post(at('deliveries/5/again'), () => {
        again += 1;
        return HttpResponse.json(aDelivery({ id: 5, state: 'waiting' }));
      })
    );
    show();
    const buttons = await screen.findAllByRole('button', { name: /^Send again/ });
    expect(buttons.map((each) => each.getAttribute('aria-label'))).toEqual(['Send again: checkout fails to ops-slack']);
    await userEvent.click(screen.getByRole('button', { name: /^Send again/ }));
    await waitFor(() => expect(again).toBe(1));
  });

  it('says what it is for when nothing was told, and what to do when the filter leaves nothing', async () => {
    backend([]);
    const { unmount } = show();
    expect(await screen.findByText('Nothing was told to anybody yet')).toBeInTheDocument();
    unmount();
    show('?state=failed');
    expect(await screen.findByText('No such message')).toBeInTheDocument();
  });

  it('tells a failure', async () => {
    backend([]);
    server.use(
      http.get(at('deliveries'), () =>
        HttpResponse.json({ code: 'invalid', message: "'x' is no incident number" }, { status: 422 })
      )
    );
    show('?incident=x');
    expect(await screen.findByText("'x' is no incident number")).toBeInTheDocument();
  });

  it('is kept from Viewers, as the backend does', async () => {
    signInAs('Viewer');
    show();
    expect(await screen.findByText('Only Editors and administrators see this')).toBeInTheDocument();
  });

  it('shows hostile text as text', async () => {
    backend([aDelivery({ target: HOSTILE, headline: HOSTILE, problem: HOSTILE, state: 'failed' })]);
    show();
    expect(await screen.findAllByText(HOSTILE)).toHaveLength(3);
    expect(document.querySelector('img[src="x"]')).toBeNull();
  });
});
