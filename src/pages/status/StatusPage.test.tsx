import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { type StatusComponentShape, type StatusIncidentShape, type StatusPageShape } from '../../api/types.gen';
import { render } from '../../test/render';
import { at, server } from '../../test/server';
import { HOSTILE, signInAs } from '../../test/settings';
import { summary } from './StatusComponent';
import StatusPage from './StatusPage';

const cart: StatusComponentShape = {
  name: 'cart',
  description: 'holds what is bought',
  state: 'degraded',
  days: [
    { date: '2026-02-27', state: 'unknown', outageSeconds: 0, degradedSeconds: 0 },
    { date: '2026-02-28', state: 'outage', outageSeconds: 600, degradedSeconds: 60 },
    { date: '2026-03-01', state: 'operational', outageSeconds: 0, degradedSeconds: 0 },
  ],
  up: 1 - 600 / 129_600,
  knownSeconds: 129_600,
  outageSeconds: 600,
  degradedSeconds: 60,
};

const anIncident = (more: Partial<StatusIncidentShape> = {}): StatusIncidentShape => ({
  number: 'INC-3',
  title: HOSTILE,
  severity: 'high',
  status: 'Being fixed',
  services: ['cart'],
  startedAt: '2026-03-01T12:00:00Z',
  resolvedAt: null,
  published: false,
  notes: [],
  ...more,
});

const aPage = (more: Partial<StatusPageShape> = {}): StatusPageShape => ({
  title: 'Shop',
  introduction: 'How we are',
  audience: 'internal',
  at: '2026-03-01T12:30:00Z',
  zone: 'UTC',
  state: 'degraded',
  components: [cart],
  current: [anIncident()],
  maintenance: [
    { title: 'upgrade', services: [], start: '2026-03-02T12:00:00Z', end: '2026-03-02T13:00:00Z', on: false },
  ],
  past: [],
  complete: true,
  ...more,
});

function backend(page: StatusPageShape) {
  const asked: URLSearchParams[] = [];
  server.use(
    http.get(at('status-page'), ({ request }) => {
      asked.push(new URL(request.url).searchParams);
      return HttpResponse.json(page);
    })
  );
  return asked;
}

const show = (query = '') => render(<StatusPage />, { at: `/status${query}`, path: '/status' });

describe('the status page (row 104)', () => {
  beforeEach(() => signInAs('Viewer'));

  it('says how the whole stands, what goes on, and how each service was', async () => {
    backend(aPage());
    show();
    expect(await screen.findByText('Some services are degraded')).toBeInTheDocument();
    expect(screen.getByText('Being fixed')).toBeInTheDocument();
    expect(screen.getByText('Not known outside')).toBeInTheDocument();
    const service = screen.getByRole('article', { name: 'cart' });
    expect(within(service).getByText('Degraded')).toBeInTheDocument();
    expect(
      within(service).getByRole('img', { name: /99\.537% without an outage in 1d 12h, 10m out, 1m degraded/ })
    ).toBeInTheDocument();
    expect(within(service).getByTitle('2026-02-27: Not known')).toBeInTheDocument();
    expect(within(service).getByTitle('2026-02-28: 10m out, 1m degraded')).toBeInTheDocument();
    expect(screen.getByRole('region', { name: 'Maintenance' })).toHaveTextContent('upgradeAll');
    expect(screen.getByText('Nothing was reported.')).toBeInTheDocument();
    expect(document.querySelector('img[src="x"]')).toBeNull();
  });

  it('shows what readers outside see, by an address of its own', async () => {
    const asked = backend(
      aPage({
        audience: 'public',
        current: [anIncident({ published: true, notes: [{ at: '2026-03-01T12:10:00Z', text: 'We are **on it**' }] })],
      })
    );
    show('?audience=public');
    expect(await screen.findByText('on it')).toBeInTheDocument();
    expect(screen.getByText(/Only incidents with a public comment/)).toBeInTheDocument();
    expect(screen.queryByText('Not known outside')).not.toBeInTheDocument();
    expect(asked[0]?.get('audience')).toBe('public');
    expect(asked[0]?.get('zone')).not.toBe('');
    await userEvent.click(screen.getByRole('radio', { name: 'People here' }));
    await waitFor(() => expect(asked.at(-1)?.get('audience')).toBe('internal'));
  });

  it('says what to do while nothing is shown, and that nothing is known then', async () => {
    backend(aPage({ components: [], current: [], state: 'unknown' }));
    show();
    expect(await screen.findByText('No service is shown yet')).toBeInTheDocument();
    expect(summary({ ...cart, up: null })).toBe('Nothing is known of these days');
  });

  it('says when there was more than it counts', async () => {
    backend(aPage({ complete: false }));
    show();
    expect(await screen.findByText(/more incidents than this page counts/)).toBeInTheDocument();
  });

  it('an administrator decides what is shown, over the version that was seen', async () => {
    signInAs('Admin');
    backend(aPage());
    const sent = vi.fn();
    server.use(
      http.get(at('services'), () => HttpResponse.json({ items: [] })),
      http.get(at('status-page/setup'), () =>
        HttpResponse.json({
          title: 'Shop',
          introduction: '',
          services: ['cart'],
          version: 4,
          updatedAt: null,
          updatedBy: '',
        })
      ),
      http.put(at('status-page/setup'), async ({ request }) => {
        sent(await request.json());
        return HttpResponse.json(
          { code: 'invalid', message: 'no', problems: [{ path: '$.title', problem: 'is taken' }] },
          { status: 422 }
        );
      })
    );
    show();
    await userEvent.click(await screen.findByRole('button', { name: 'Edit page' }));
    const title = await screen.findByLabelText(/Title/);
    await userEvent.clear(title);
    await userEvent.type(title, 'Our shop');
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('is taken')).toBeInTheDocument();
    expect(sent).toHaveBeenCalledWith({ title: 'Our shop', introduction: '', services: ['cart'], version: 4 });
  });

  it('others decide nothing', async () => {
    backend(aPage());
    show();
    await screen.findByText('Some services are degraded');
    expect(screen.queryByRole('button', { name: 'Edit page' })).not.toBeInTheDocument();
  });
});
