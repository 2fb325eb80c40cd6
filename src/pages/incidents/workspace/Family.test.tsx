import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { type BulkInput, type PartShape } from '../../../api/types.gen';
import { anIncident, anIncidentDetail } from '../../../test/incidents';
import { render } from '../../../test/render';
import { at, server } from '../../../test/server';
import { ParentNote, Parts, PartsDialog } from './Family';

const part = (number: string, more: Partial<PartShape['incident']> = {}): PartShape => ({
  incident: anIncident({ number, title: `${number} <img src=x onerror="window.hacked=1">`, parent: 'INC-1', ...more }),
  alerts: 3,
  firing: 2,
});

const backend = (items: PartShape[]) =>
  server.use(http.get(at('incidents/INC-1/parts'), () => HttpResponse.json({ items })));

describe('parts of an incident (row 33)', () => {
  it('are listed with their state and alerts, and can be let go', async () => {
    backend([part('INC-2'), part('INC-3', { status: 'resolved' })]);
    let gone = '';
    server.use(
      http.delete(at('incidents/INC-1/parts/:part'), ({ params }) => {
        gone = String(params.part);
        return HttpResponse.json(part(gone).incident);
      })
    );
    const { container } = render(<Parts incident={anIncidentDetail()} readOnly={false} />);
    const table = await screen.findByRole('table');
    expect(within(table).getAllByText('2 of 3 fire')).toHaveLength(2);
    expect(container.querySelector('img[src="x"]')).toBeNull();
    expect(screen.queryByText(/some of its parts are not/)).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Let go of INC-3' }));
    await waitFor(() => expect(gone).toBe('INC-3'));
  });

  it('take no room where there is none', async () => {
    backend([]);
    render(<Parts incident={anIncidentDetail()} readOnly={false} />);
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Parts of this incident' })).toBeNull());
  });

  it('are offered to end with their parent, those that are open, and refusals are told', async () => {
    backend([part('INC-2'), part('INC-3', { status: 'resolved' })]);
    let sent: BulkInput | undefined;
    server.use(
      http.post(at('incidents/bulk'), async ({ request }) => {
        sent = (await request.json()) as BulkInput;
        const outcome = { number: 'INC-2', ok: false, code: 'still_firing', message: 'an alert still fires' };
        return HttpResponse.json({ outcomes: [outcome] });
      })
    );
    render(<Parts incident={anIncidentDetail({ status: 'resolved' })} readOnly={false} />);
    await userEvent.click(await screen.findByRole('button', { name: 'Resolve them too (1)' }));
    expect(await screen.findByText('INC-2: an alert still fires')).toBeInTheDocument();
    expect(sent).toEqual({ numbers: ['INC-2'], status: 'resolved' });
  });

  it('are only shown to those who may not change them', async () => {
    backend([part('INC-2')]);
    render(<Parts incident={anIncidentDetail({ status: 'resolved' })} readOnly />);
    await screen.findByRole('table');
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('are chosen in a dialog that says why one cannot be', async () => {
    const other = anIncident({ number: 'INC-9', title: 'search is slow' });
    server.use(
      http.get(at('incidents'), () => HttpResponse.json({ items: [other], total: 1, cursor: null, facets: {} })),
      http.post(at('incidents/INC-1/parts'), () =>
        HttpResponse.json({ code: 'invalid', message: 'INC-9 is part of INC-4: let it go first' }, { status: 422 })
      )
    );
    render(<PartsDialog number="INC-1" onClose={() => undefined} />);
    await userEvent.click(await screen.findByRole('checkbox', { name: /INC-9/ }));
    await userEvent.click(screen.getByRole('button', { name: 'Add (1)' }));
    expect(await screen.findByText('INC-9 is part of INC-4: let it go first')).toBeInTheDocument();
  });

  it('say where the work is led, and can stand alone again', async () => {
    let asked = '';
    server.use(
      http.delete(at('incidents/INC-4/parts/:part'), ({ params }) => {
        asked = String(params.part);
        return HttpResponse.json(anIncident());
      })
    );
    render(<ParentNote incident={anIncidentDetail({ parent: 'INC-4' })} readOnly={false} />);
    expect(screen.getByRole('link', { name: 'INC-4' })).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Let it stand alone' }));
    await waitFor(() => expect(asked).toBe('INC-1'));
  });
});
