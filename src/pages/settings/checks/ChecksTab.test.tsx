import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { type CheckShape } from '../../../api/types.gen';
import { render } from '../../../test/render';
import { at, server } from '../../../test/server';
import { aCheck, HOSTILE, signInAs } from '../../../test/settings';
import SettingsPage from '../SettingsPage';

const own = aCheck({
  id: 'own-1',
  title: 'Queue grows',
  kind: 'queue',
  statistic: 'own noise',
  query: 'queue_length',
  op: null,
  threshold: null,
  points: null,
  custom: true,
  tuned: true,
  precision: null,
});

const backend = (items: CheckShape[]) => server.use(http.get(at('checks'), () => HttpResponse.json({ items })));

const show = (query = '') => render(<SettingsPage />, { at: `/settings/checks${query}`, path: '/settings/*' });

describe('checks', () => {
  beforeEach(() => signInAs('Editor'));

  it('shows when each finds something and how often it was right', async () => {
    backend([aCheck(), own]);
    show();
    expect(await screen.findByText('departs from its own noise, or > 25% at 3 points')).toBeInTheDocument();
    expect(screen.getByText('departs from its own noise')).toBeInTheDocument();
    expect(screen.getByText('8 of 10 (80%)')).toBeInTheDocument();
    expect(screen.getByText('no grade yet')).toBeInTheDocument();
    expect(screen.getByText('2 of 2 checks')).toBeInTheDocument();
  });

  it('finds checks by text and source, from the address', async () => {
    backend([aCheck(), own, aCheck({ id: 'oom', title: 'Out of memory', source: 'kubernetes' })]);
    show('?source=kubernetes');
    expect(await screen.findByText('1 of 3 checks')).toBeInTheDocument();
    await userEvent.type(screen.getByLabelText('Search checks'), 'zzz');
    expect(await screen.findByText('No such check')).toBeInTheDocument();
  });

  it('switches a check at once, keeps its tuning, and takes the switch back when it is refused', async () => {
    const sent: unknown[] = [];
    backend([aCheck({ tuned: true })]);
    server.use(
      http.patch(at('checks/cpu-throttling'), async ({ request }) => {
        sent.push(await request.json());
        return HttpResponse.json({ code: 'bad', message: 'not now' }, { status: 400 });
      })
    );
    show();
    const onOff = await screen.findByRole('switch', { name: 'Use CPU is throttled' });
    await userEvent.click(onOff);
    await waitFor(() => expect(sent).toEqual([{ enabled: false, threshold: 25, points: 3 }]));
    await waitFor(() => expect(screen.getByRole('switch', { name: 'Use CPU is throttled' })).toBeChecked());
  });

  it('sends no threshold with the switch of a check that nobody tuned', async () => {
    let sent: unknown;
    backend([aCheck()]);
    server.use(
      http.patch(at('checks/cpu-throttling'), async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json(aCheck({ enabled: false }));
      })
    );
    show();
    await userEvent.click(await screen.findByRole('switch', { name: 'Use CPU is throttled' }));
    await waitFor(() => expect(sent).toEqual({ enabled: false }));
  });

  it('tunes a threshold, and goes back to what ships', async () => {
    const sent: unknown[] = [];
    backend([aCheck({ tuned: true })]);
    server.use(
      http.patch(at('checks/cpu-throttling'), async ({ request }) => {
        sent.push(await request.json());
        return HttpResponse.json(aCheck({ threshold: 40, tuned: true }));
      }),
      http.delete(at('checks/cpu-throttling'), () => {
        sent.push('forgotten');
        return new HttpResponse(null, { status: 204 });
      })
    );
    const user = userEvent.setup();
    show();
    await user.click(await screen.findByRole('button', { name: 'Edit CPU is throttled' }));
    const threshold = screen.getByLabelText(/^Threshold/);
    await user.clear(threshold);
    await user.type(threshold, '40');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(sent).toEqual([{ enabled: true, threshold: 40, points: 3 }]));
    await user.click(await screen.findByRole('button', { name: 'As it ships: CPU is throttled' }));
    await waitFor(() => expect(sent).toContain('forgotten'));
  });

  it('adds a check as data, and puts the problem of its query at the query', async () => {
    const sent: unknown[] = [];
    backend([aCheck()]);
    server.use(
      http.post(at('checks'), async ({ request }) => {
        sent.push(await request.json());
        return HttpResponse.json(
          { code: 'invalid', message: 'no', problems: [{ path: '$.query', problem: 'is no PromQL' }] },
          { status: 422 }
        );
      })
    );
    const user = userEvent.setup();
    show();
    await user.click(await screen.findByRole('button', { name: 'Add a check' }));
    await user.type(screen.getByLabelText(/^Title/), 'Queue grows');
    await user.click(screen.getByLabelText(/^Query/));
    await user.paste('sum(queue');
    await user.click(screen.getByRole('radio', { name: 'is above a threshold, too' }));
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('is no PromQL')).toBeInTheDocument();
    expect(sent).toEqual([{ title: 'Queue grows', query: 'sum(queue', op: '>' }]);
    expect(screen.getByLabelText(/^Query/)).toHaveValue('sum(queue');
  });

  it('deletes only checks of one’s own', async () => {
    backend([aCheck(), own]);
    show();
    expect(await screen.findAllByRole('button', { name: 'Delete' })).toHaveLength(1);
  });

  it('lets a Viewer read all of it and change nothing', async () => {
    signInAs('Viewer');
    backend([aCheck(), own]);
    show();
    expect(await screen.findByText('8 of 10 (80%)')).toBeInTheDocument();
    expect(screen.queryByRole('switch')).not.toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /Add|Edit|Delete|As it ships/ })).not.toBeInTheDocument();
  });

  it('tells a failure, and shows hostile text as text', async () => {
    server.use(http.get(at('checks'), () => HttpResponse.json({ code: 'bad', message: 'no checks' }, { status: 400 })));
    const { unmount } = show();
    expect(await screen.findByText('no checks')).toBeInTheDocument();
    unmount();
    backend([aCheck({ title: HOSTILE, query: HOSTILE })]);
    show();
    expect(await screen.findByText(HOSTILE)).toBeInTheDocument();
    expect(document.querySelector('img[src="x"]')).toBeNull();
  });
});
