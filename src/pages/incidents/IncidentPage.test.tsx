import { LiveChannelEventType } from '@grafana/data';
import { config } from '@grafana/runtime';
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { delay, http, HttpResponse } from 'msw';
import { Link } from 'react-router-dom';
import { Subject } from 'rxjs';
import { type EntryShape, type IncidentDetailShape, type IncidentPatch } from '../../api/types.gen';
import { anIncidentDetail, aPage, NOBODY } from '../../test/incidents';
import { anInvestigation } from '../../test/investigation';
import { render } from '../../test/render';
import { at, server } from '../../test/server';
import IncidentPage from './IncidentPage';

function as(orgRole: 'Viewer' | 'Editor' | 'Admin') {
  Object.assign(config.bootData.user, { orgRole, login: 'ann', name: 'Ann', isGrafanaAdmin: false });
}

const HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';

function anEntry(change: Partial<EntryShape>): EntryShape {
  return {
    id: 1,
    type: 'comment',
    occurredAt: '2026-03-01T12:02:00Z',
    recordedAt: '2026-03-01T12:02:00Z',
    title: '',
    description: '',
    source: 'user',
    severity: '',
    author: 'bo',
    metadata: {},
    pinned: false,
    public: false,
    edited: false,
    deleted: false,
    ...change,
  };
}

interface Backend {
  incident: IncidentDetailShape;
  timeline: EntryShape[];
  patches: IncidentPatch[];
}

/** A backend with one incident that checks versions as the real one does. */
function backend(change: Partial<IncidentDetailShape> = {}, timeline: EntryShape[] = []): Backend {
  const state: Backend = { incident: anIncidentDetail(change), timeline, patches: [] };
  const number = state.incident.number;
  server.use(
    http.get(at('incidents'), () => HttpResponse.json(aPage([]))),
    http.get(at('directory'), () => HttpResponse.json(NOBODY)),
    http.get(at('fields'), () => HttpResponse.json({ items: [] })),
    http.get(at('templates'), () => HttpResponse.json({ items: [] })),
    http.get(at(`incidents/${number}`), () => HttpResponse.json(state.incident)),
    http.get(at(`incidents/${number}/investigation`), () =>
      HttpResponse.json({ code: 'not_found', message: 'there is no route' }, { status: 404 })
    ),
    http.get(at(`incidents/${number}/parts`), () => HttpResponse.json({ items: [] })),
    http.get(at(`incidents/${number}/timeline`), ({ request }) => {
      const types = new URL(request.url).searchParams.getAll('type');
      const items = state.timeline.filter((each) => types.length === 0 || types.includes(each.type));
      return HttpResponse.json({ items, cursor: null });
    }),
    http.patch(at(`incidents/${number}`), async ({ request }) => {
      const { version, ...patch } = (await request.json()) as IncidentPatch;
      state.patches.push({ version: version ?? 0, ...patch });
      if (version !== state.incident.version) {
        return HttpResponse.json({ code: 'stale_write', message: 'changed meanwhile' }, { status: 409 });
      }
      if (patch.status === 'resolved' && !patch.force && state.incident.alerts.some((each) => each.firing)) {
        return HttpResponse.json(
          { code: 'still_firing', message: '1 of its alerts still fires (HighErrors); send force to resolve it' },
          { status: 409 }
        );
      }
      const { milestones: _stamps, ...plain } = patch;
      state.incident = { ...state.incident, ...plain, version: version + 1, updatedBy: 'ann' } as IncidentDetailShape;
      return HttpResponse.json(state.incident);
    })
  );
  return state;
}

const show = (where = '/incidents/INC-1', live?: Subject<unknown>, beside: React.ReactNode = null) =>
  render(
    <>
      {beside}
      <IncidentPage />
    </>,
    { at: where, path: '/incidents/:id/*', ...(live && { live }) }
  );

const title = () => screen.findByRole('heading', { level: 1 });

describe('the workspace of an incident', () => {
  beforeEach(() => as('Editor'));

  it('opens by its address and says the verdict before all else (F6, F18)', async () => {
    backend({
      correlations: [
        {
          id: 1,
          type: 'cause',
          source: 'engine',
          title: 'rollout of payments v2 at 14:02',
          confidence: 0.86,
          details: {},
        },
      ],
      timeline: [anEntry({ type: 'correlation', title: 'Likely: rollout of payments v2 at 14:02.' })],
    });
    show();
    expect(await title()).toHaveTextContent('checkout fails (INC-1)');
    const verdict = screen.getByRole('region', { name: 'Verdict' });
    expect(verdict).toHaveTextContent('rollout of payments v2 at 14:02');
    expect(verdict).toHaveTextContent('0.86');
    const tabs = screen.getAllByRole('tab')[0];
    expect(tabs && verdict.compareDocumentPosition(tabs)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
  });

  it('shows causes with evidence, commands to copy, and what was ruled out (rows 75, 77)', async () => {
    backend();
    server.use(http.get(at('incidents/INC-1/investigation'), () => HttpResponse.json(anInvestigation())));
    show();
    expect(await screen.findByText('Likely: rollout of payments v2 at 14:02.')).toBeInTheDocument();
    expect(screen.getByText(/0\.10% usually, 12\.50% now, 40 samples/)).toBeInTheDocument();
    expect(screen.getByText('kubectl rollout undo deploy/payments')).toBeInTheDocument();
    expect(screen.getByText(/rollout of basket: too early/)).toBeInTheDocument();
    expect(screen.getByText('1 check: 1 clean')).toBeInTheDocument();
    expect(screen.getByText('<script>window.hacked=1</script>')).toBeInTheDocument();
  });

  it('says that it is looking, not that there is no cause (row 76)', async () => {
    backend();
    show();
    expect(await screen.findByText('Looking for the cause')).toBeInTheDocument();
    expect(screen.queryByText(/No cause/)).not.toBeInTheDocument();
  });

  it('tells what happened in the order in which it happened, without a broken date (F7, T9)', async () => {
    const late = anEntry({
      id: 2,
      type: 'deployment',
      title: 'payments v2',
      occurredAt: '2026-03-01T11:58:00Z',
      recordedAt: '2026-03-01T12:30:00Z',
    });
    backend({}, [late, anEntry({ description: 'looks like **payments**' })]);
    show();
    const day = await screen.findByRole('region', { name: /March 2026/ });
    const entries = within(day).getAllByRole('listitem');
    expect(entries[0]).toHaveTextContent(/11:58:00.*payments v2.*recorded/);
    expect(entries[1]).toHaveTextContent('looks like payments');
    expect(document.body).not.toHaveTextContent('Invalid');
  });

  it('moves an entry to when it really happened, and sends nothing that was not changed (row 43)', async () => {
    const sent: unknown[] = [];
    backend({}, [anEntry({ id: 2, type: 'deployment', title: 'payments v2', occurredAt: '2026-03-01T11:58:30Z' })]);
    server.use(
      http.patch(at('incidents/INC-1/timeline/2'), async ({ request }) => {
        sent.push(await request.json());
        return HttpResponse.json(anEntry({ id: 2 }));
      })
    );
    show();
    await userEvent.click(await screen.findByRole('button', { name: 'Correct when it happened' }));
    const when = screen.getByLabelText('When it happened');
    expect(when).toHaveValue('2026-03-01T11:58:30');
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(sent).toEqual([]);
    await userEvent.click(screen.getByRole('button', { name: 'Correct when it happened' }));
    fireEvent.change(screen.getByLabelText('When it happened'), { target: { value: '2026-03-01T11:40:05' } });
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(sent).toEqual([{ occurredAt: '2026-03-01T11:40:05.000Z' }]));
  });

  it('asks who closes whether the cause was right, and takes no answer for one', async () => {
    const grades: unknown[] = [];
    backend({ status: 'resolved' });
    server.use(
      http.get(at('incidents/INC-1/investigation'), () => HttpResponse.json(anInvestigation())),
      http.put(at('incidents/INC-1/investigation/grade'), async ({ request }) => {
        grades.push(await request.json());
        const grade = { right: false, service: '', note: 'the disk', by: 'ann', at: '2026-03-01T13:00:00Z' };
        return HttpResponse.json(anInvestigation({ grade }));
      })
    );
    show();
    await screen.findByText('Likely: rollout of payments v2 at 14:02.');
    await userEvent.click(screen.getByRole('button', { name: 'Close' }));
    const dialog = await screen.findByRole('dialog', { name: 'Was the cause right?' });
    expect(dialog).toHaveTextContent('rollout of payments v2');
    await userEvent.type(within(dialog).getByRole('textbox'), 'the disk');
    await userEvent.click(within(dialog).getByRole('button', { name: 'It was wrong' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(grades).toEqual([{ right: false, note: 'the disk' }]);
    expect(screen.getByText(/Wrong, says ann/)).toBeInTheDocument();
  });

  it('shows a change at once and takes it back when it is refused', async () => {
    const state = backend();
    server.use(
      http.patch(at('incidents/INC-1'), async () => {
        await delay(100);
        return HttpResponse.json({ code: 'conflict', message: 'INC-1 was merged' }, { status: 409 });
      })
    );
    show();
    await title();
    await userEvent.click(screen.getByRole('button', { name: 'Acknowledge' }));
    expect(await screen.findByRole('button', { name: 'Investigate' })).toBeInTheDocument();
    expect(await screen.findByText('INC-1 was merged')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Acknowledge' })).toBeInTheDocument();
    expect(state.incident.status).toBe('open');
  });

  it('goes through the own states of a state, then on to the next one (row 21)', async () => {
    const of = (id: string, status: string, label: string) => ({ id, status, label, meaning: '', incidents: 0 });
    const stages = [
      of('analysis', 'investigating', 'Analysis'),
      of('vendor', 'investigating', 'Vendor has it'),
      of('watching', 'mitigated', 'Watching'),
    ];
    server.use(
      http.get(at('statuses'), () =>
        HttpResponse.json({ statuses: [], stages, version: 1, updatedAt: null, updatedBy: '' })
      )
    );
    const { patches } = backend({ status: 'investigating', stage: 'analysis' });
    show();
    await userEvent.click(await screen.findByRole('button', { name: 'Set to “Vendor has it”' }));
    await userEvent.click(await screen.findByRole('button', { name: 'Set to “Watching”' }));
    expect(await screen.findByRole('button', { name: 'Resolve' })).toBeInTheDocument();
    expect(patches).toMatchObject([
      { status: 'investigating', stage: 'vendor' },
      { status: 'mitigated', stage: 'watching' },
    ]);
  });

  it('asks before it resolves what still fires', async () => {
    const state = backend({
      status: 'mitigated',
      alerts: [
        {
          ...{ id: 1, name: 'HighErrors', source: 'alertmanager', integration: '', fingerprint: 'f', firing: true },
          ...{ startsAt: '2026-03-01T12:00:00Z', endsAt: null, receivedAt: '2026-03-01T12:00:00Z', labels: {} },
          ...{ annotations: {}, generatorUrl: '', incident: 'INC-1', reason: 'opened', reasonText: 'opened it' },
        },
      ],
    });
    show();
    await title();
    await userEvent.click(screen.getByRole('button', { name: 'Resolve' }));
    const dialog = await screen.findByRole('dialog');
    expect(dialog).toHaveTextContent('1 of its alerts still fires (HighErrors)');
    expect(state.incident.status).toBe('mitigated');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Resolve anyway' }));
    await waitFor(() => expect(state.incident.status).toBe('resolved'));
  });

  it('shows theirs and yours when two people changed the same field, and overwrites only when told', async () => {
    const state = backend();
    show();
    await title();
    await userEvent.click(screen.getByRole('button', { name: 'Edit title' }));
    await userEvent.clear(screen.getByLabelText('Title'));
    state.incident = { ...state.incident, title: 'payments is down', version: 2, updatedBy: 'bo' };
    await userEvent.type(screen.getByLabelText('Title'), 'cards are refused{Enter}');
    const dialog = await screen.findByRole('dialog');
    expect(dialog).toHaveTextContent('bo changed this');
    expect(dialog).toHaveTextContent('payments is down');
    expect(dialog).toHaveTextContent('cards are refused');
    expect(state.incident.title).toBe('payments is down');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Use yours' }));
    await waitFor(() => expect(state.incident.title).toBe('cards are refused'));
  });

  it('suggests the named cause where nobody wrote one, and writes it only when an Editor takes it over', async () => {
    const cause = { id: 1, type: 'cause' as const, source: 'engine', title: 'payments: rollout v7', confidence: 0.9 };
    const state = backend({ correlations: [{ ...cause, details: {} }] });
    const { unmount } = show();
    await title();
    expect(await screen.findByText('The investigation suggests: payments: rollout v7')).toBeInTheDocument();
    expect(state.patches).toEqual([]);
    await userEvent.click(screen.getByRole('button', { name: 'Take it over' }));
    await waitFor(() => expect(state.incident.rootCause).toBe('payments: rollout v7'));
    await waitFor(() => expect(screen.queryByText(/The investigation suggests/)).not.toBeInTheDocument());
    unmount();
    as('Viewer');
    state.incident = { ...state.incident, rootCause: '' };
    show();
    await title();
    expect(screen.queryByRole('button', { name: 'Take it over' })).not.toBeInTheDocument();
  });

  it('joins changes of different fields without a question', async () => {
    const state = backend();
    show();
    await title();
    state.incident = { ...state.incident, title: 'payments is down', version: 2, updatedBy: 'bo' };
    await userEvent.click(screen.getByRole('button', { name: 'Acknowledge' }));
    await waitFor(() => expect(state.incident.status).toBe('acknowledged'));
    expect(state.incident.title).toBe('payments is down');
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    expect(await screen.findByText('payments is down')).toBeInTheDocument();
  });

  it("follows another person's change within two seconds (F23, row 48)", async () => {
    const live = new Subject<unknown>();
    const state = backend();
    show('/incidents/INC-1', live);
    await title();
    state.incident = { ...state.incident, title: 'payments is down', version: 2 };
    const began = Date.now();
    act(() =>
      live.next({
        type: LiveChannelEventType.Message,
        message: { kind: 'incident', number: 'INC-1', version: 2, change: 'update' },
      })
    );
    expect(await screen.findByText('payments is down', {}, { timeout: 2000 })).toBeInTheDocument();
    expect(Date.now() - began).toBeLessThan(2000);
  });

  it('never shows a late answer about one incident on the page of another (V1)', async () => {
    backend();
    const two = anIncidentDetail({ number: 'INC-2', title: 'search is slow' });
    server.use(
      http.get(at('incidents/INC-1'), async () => {
        await delay(300);
        return HttpResponse.json(anIncidentDetail());
      }),
      http.get(at('incidents/INC-2'), () => HttpResponse.json(two)),
      http.get(at('incidents/INC-2/investigation'), () =>
        HttpResponse.json({ code: 'not_found', message: '' }, { status: 404 })
      ),
      http.get(at('incidents/INC-2/parts'), () => HttpResponse.json({ items: [] })),
      http.get(at('incidents/INC-2/timeline'), () => HttpResponse.json({ items: [], cursor: null }))
    );
    show('/incidents/INC-1', undefined, <Link to="/incidents/INC-2">other</Link>);
    await userEvent.click(screen.getByRole('link', { name: 'other' }));
    expect(await title()).toHaveTextContent('search is slow');
    await act(() => new Promise((resolve) => setTimeout(resolve, 400)));
    expect(await title()).toHaveTextContent('search is slow');
    expect(document.body).not.toHaveTextContent('checkout fails');
  });

  it('stores a comment, and keeps the text when it could not (row 41)', async () => {
    const state = backend();
    let fail = true;
    server.use(
      http.post(at('incidents/INC-1/comments'), async ({ request }) => {
        const { text } = (await request.json()) as { text: string };
        if (fail) {
          return HttpResponse.json({ code: 'store_unavailable', message: 'the store is busy' }, { status: 503 });
        }
        const entry = anEntry({ id: 9, description: text });
        state.timeline.push(entry);
        return HttpResponse.json(entry, { status: 201 });
      })
    );
    show();
    await title();
    const box = screen.getByLabelText('Comment');
    await userEvent.type(box, 'rolled **back**');
    await userEvent.click(screen.getByRole('radio', { name: 'Preview' }));
    expect(screen.getByText('back').tagName).toBe('STRONG');
    await userEvent.click(screen.getByRole('button', { name: 'Comment' }));
    expect(await screen.findByText('the store is busy')).toBeInTheDocument();
    fail = false;
    await userEvent.click(screen.getByRole('button', { name: 'Comment' }));
    const day = await screen.findByRole('region', { name: /March 2026/ });
    expect(within(day).getByRole('listitem')).toHaveTextContent('rolled back');
  });

  it('gives a Viewer everything to read, with the reason why nothing can be changed', async () => {
    as('Viewer');
    backend({}, [anEntry({ description: 'a comment' })]);
    show();
    await title();
    await waitFor(() => expect(screen.getByText('a comment')).toBeInTheDocument());
    expect(screen.getByText(/Read only: changing incidents needs the role Editor/)).toBeInTheDocument();
    for (const name of ['Acknowledge', 'Comment', 'Edit title', 'Edit comment', 'Pin']) {
      expect(screen.queryByRole('button', { name })).not.toBeInTheDocument();
    }
  });

  it('shows hostile text as text everywhere', async () => {
    backend(
      {
        title: HOSTILE,
        summary: HOSTILE,
        rootCause: HOSTILE,
        service: HOSTILE,
        labels: { [HOSTILE]: HOSTILE },
        fields: { note: HOSTILE },
        links: [{ title: 'go', url: 'javascript:window.hacked=1' }],
      },
      [anEntry({ description: HOSTILE, author: HOSTILE }), anEntry({ id: 2, type: 'alert', title: HOSTILE })]
    );
    show();
    await title();
    await screen.findByRole('region', { name: /March 2026/ });
    expect(document.querySelector('img[src="x"], script, a[href^="javascript"]')).toBeNull();
    expect('hacked' in window).toBe(false);
  });

  it('says that there is no such incident', async () => {
    backend();
    server.use(
      http.get(at('incidents/INC-1'), () => HttpResponse.json({ code: 'not_found', message: 'none' }, { status: 404 }))
    );
    show();
    expect(await screen.findByText('There is no incident INC-1')).toBeInTheDocument();
  });
});
