import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { type SloCorrectionInput, type SloCorrectionShape } from '../../../api/types.gen';
import { render } from '../../../test/render';
import { at, server } from '../../../test/server';
import { HOSTILE, signInAs } from '../../../test/settings';
import { anSlo, aStatus } from '../../../test/slos';
import { concerns } from './form';
import { SloCorrections } from './SloCorrections';

function aCorrection(part: Partial<SloCorrectionShape> = {}): SloCorrectionShape {
  return {
    id: 'c1',
    version: 1,
    start: '2026-01-10T02:00:00Z',
    end: '2026-01-10T04:00:00Z',
    reason: 'database move',
    category: 'maintenance',
    sloIds: ['slo-1'],
    services: [],
    labels: {},
    everything: false,
    recurrence: '',
    zone: 'UTC',
    treatment: null,
    updatedAt: '2026-01-10T00:00:00Z',
    updatedBy: 'ada',
    ...part,
  };
}

const serve = (items: () => SloCorrectionShape[]) =>
  server.use(http.get(at('slos/corrections'), () => HttpResponse.json({ items: items() })));

const show = (slo = anSlo()) => render(<SloCorrections slo={slo} />);

describe('time that does not count', () => {
  beforeEach(() => signInAs('Editor'));

  it('is listed with why, when and for what, as far as it concerns this SLO', async () => {
    serve(() => [
      aCorrection(),
      aCorrection({ id: 'c2', reason: HOSTILE, recurrence: 'FREQ=WEEKLY;BYDAY=SA,SU', sloIds: [], services: ['api'] }),
      aCorrection({ id: 'c3', reason: 'of another', sloIds: ['slo-2'] }),
    ]);
    const value = aStatus().window;
    show(anSlo({ status: aStatus({ uncorrected: value && { ...value, sli: 0.95 } }) }));
    const table = await screen.findByRole('region', { name: 'Time that does not count' });
    expect(within(table).getByText('database move')).toBeInTheDocument();
    expect(within(table).getByText(HOSTILE)).toBeInTheDocument();
    expect(within(table).getByText('again every week on Sat, Sun (UTC)')).toBeInTheDocument();
    expect(within(table).getByText('SLOs of api')).toBeInTheDocument();
    expect(within(table).queryByText('of another')).not.toBeInTheDocument();
    expect(screen.getByText(/Without it, 95\.0+% of the window would be good/)).toBeInTheDocument();
  });

  it('tells a failure with a way on, and says so when all time counts', async () => {
    server.use(
      http.get(
        at('slos/corrections'),
        () => HttpResponse.json({ code: 'bad', message: 'the store is away' }, { status: 400 }),
        { once: true }
      )
    );
    show();
    expect(await screen.findByText('the store is away')).toBeInTheDocument();
    serve(() => []);
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText(/All time counts/)).toBeInTheDocument();
  });

  it('is nothing that a Viewer changes', async () => {
    signInAs('Viewer');
    serve(() => [aCorrection()]);
    show();
    expect(await screen.findByText('database move')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /Exclude|Take back/ })).not.toBeInTheDocument();
  });

  it('is added, once or every weekend, and a refusal stands at its field', async () => {
    const sent: SloCorrectionInput[] = [];
    serve(() => []);
    server.use(
      http.post(at('slos/corrections'), async ({ request }) => {
        sent.push((await request.json()) as SloCorrectionInput);
        const problem = { path: '$.end', problem: 'must lie a minute to a year after the start' };
        return sent.length === 1
          ? HttpResponse.json({ code: 'invalid', message: 'no', problems: [problem] }, { status: 422 })
          : HttpResponse.json(aCorrection(), { status: 201 });
      })
    );
    show();
    await userEvent.click(await screen.findByRole('button', { name: 'Exclude time' }));
    const save = screen.getByRole('button', { name: 'Exclude it' });
    expect(save).toBeDisabled();
    await userEvent.type(screen.getByRole('textbox', { name: /^Why it does not count/ }), 'weekend');
    fireEvent.change(screen.getByLabelText(/^Begins/), { target: { value: '2026-01-10T02:00' } });
    fireEvent.change(screen.getByLabelText(/^Ends/), { target: { value: '2026-01-10T01:00' } });
    await userEvent.click(save);
    expect(await screen.findByText('must lie a minute to a year after the start')).toBeInTheDocument();
    expect(sent[0]).toMatchObject({ sloIds: ['slo-1'], recurrence: '', treatment: null, reason: 'weekend' });
    fireEvent.change(screen.getByLabelText(/^Ends/), { target: { value: '2026-01-10T03:00' } });
    await userEvent.click(screen.getByRole('radio', { name: 'every week' }));
    await userEvent.click(screen.getByRole('checkbox', { name: 'Sun' }));
    await userEvent.click(screen.getByRole('checkbox', { name: 'Sat' }));
    await userEvent.click(screen.getByRole('radio', { name: 'SLOs of api' }));
    await userEvent.click(save);
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Exclude it' })).not.toBeInTheDocument());
    expect(sent[1]).toMatchObject({ services: ['api'], recurrence: 'FREQ=WEEKLY;BYDAY=SA,SU' });
    expect(sent[1]).not.toHaveProperty('sloIds');
  });

  it('is changed in place; what the fields cannot say stays as it is', async () => {
    const sent: SloCorrectionInput[] = [];
    const recurrence = 'FREQ=MONTHLY;BYDAY=1MO';
    serve(() => [
      aCorrection({ version: 4, recurrence, sloIds: ['slo-1'], labels: { tier: 'gold' }, treatment: 'drop' }),
    ]);
    server.use(
      http.put(at('slos/corrections/c1'), async ({ request }) => {
        sent.push((await request.json()) as SloCorrectionInput);
        return sent.length === 1
          ? HttpResponse.json({ code: 'stale_write', message: 'changed meanwhile' }, { status: 409 })
          : HttpResponse.json(aCorrection());
      })
    );
    show();
    await userEvent.click(await screen.findByRole('button', { name: 'Change: database move' }));
    const reason = screen.getByRole('textbox', { name: /^Why it does not count/ });
    expect(reason).toHaveValue('database move');
    await userEvent.type(reason, ' again');
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('changed meanwhile')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Save' })).not.toBeInTheDocument());
    expect(sent[1]).toEqual({
      ...{ start: '2026-01-10T02:00:00Z', end: '2026-01-10T04:00:00Z', reason: 'database move again', version: 4 },
      ...{ category: 'maintenance', sloIds: ['slo-1'], services: [], labels: { tier: 'gold' } },
      ...{ recurrence, zone: 'UTC', treatment: 'drop' },
    });
  });

  it('comes back into the list when taking it back is refused', async () => {
    let refuse: () => void = () => undefined;
    serve(() => [aCorrection()]);
    server.use(
      http.delete(at('slos/corrections/c1'), async () => {
        await new Promise<void>((done) => (refuse = done));
        return HttpResponse.json({ code: 'forbidden', message: 'not yours' }, { status: 403 });
      })
    );
    show();
    await userEvent.click(await screen.findByRole('button', { name: 'Take back: database move' }));
    await userEvent.click(screen.getByRole('button', { name: 'Count it again' }));
    await waitFor(() => expect(screen.queryByText('database move')).not.toBeInTheDocument());
    // Nobody can be asked for it: it is there because it was kept.
    server.use(http.get(at('slos/corrections'), () => HttpResponse.json({ message: 'away' }, { status: 503 })));
    refuse();
    expect(await screen.findByText('database move')).toBeInTheDocument();
  });
});

it('concerns an SLO only if each part that is given fits', () => {
  const slo = anSlo();
  expect(concerns(aCorrection({ services: ['api'] }), slo)).toBe(true);
  expect(concerns(aCorrection({ services: ['web'] }), slo)).toBe(false);
  expect(concerns(aCorrection({ sloIds: [], labels: { tier: 'gold' } }), slo)).toBe(true);
  expect(concerns(aCorrection({ sloIds: [], labels: { tier: 'iron' } }), slo)).toBe(false);
  expect(concerns(aCorrection({ sloIds: [], everything: true }), slo)).toBe(true);
});
