import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { type LevelShape, type SeveritiesInput, type SeveritiesShape } from '../../../api/types.gen';
import { render } from '../../../test/render';
import { at, server } from '../../../test/server';
import { signInAs } from '../../../test/settings';
import { SeverityList } from './SeverityList';
import { draftOf, idOf, inputOf, leaving, shifted, without, withNewLevel } from './severityDraft';

function aLevel(id: string, change: Partial<LevelShape> = {}): LevelShape {
  return {
    id,
    title: id.toUpperCase(),
    severity: 'critical',
    colour: 'red',
    description: '',
    words: [],
    incidents: 0,
    ...change,
  };
}

const LADDER: SeveritiesShape = {
  levels: [
    aLevel('sev0', { words: ['outage'] }),
    aLevel('sev1', { incidents: 3 }),
    aLevel('sev2', { severity: 'low' }),
  ],
  own: true,
  version: 4,
  moved: 0,
  updatedAt: null,
  updatedBy: '',
};

describe('the severity ladder (row 20)', () => {
  beforeEach(() => server.use(http.get(at('severities'), () => HttpResponse.json(LADDER))));

  it('shows levels in their order, and lets only administrators change them', async () => {
    signInAs('Editor');
    render(<SeverityList />);
    const rows = within(await screen.findByRole('table')).getAllByRole('row');
    expect(rows.slice(1).map((row) => row.textContent)).toEqual([
      'SEV0Criticalsev0, outage–0',
      'SEV1Criticalsev1–3',
      'SEV2Lowsev2–0',
    ]);
    expect(screen.queryByRole('button', { name: 'Change severities' })).not.toBeInTheDocument();
  });

  it('asks where incidents go whose level goes, and shows what is refused at its field', async () => {
    signInAs('Admin');
    const sent: SeveritiesInput[] = [];
    server.use(
      http.put(at('severities'), async ({ request }) => {
        sent.push((await request.json()) as SeveritiesInput);
        const problems = [{ path: '$.moves.sev1', problem: 'name the one that takes them' }];
        return HttpResponse.json({ code: 'invalid', message: 'no', problems }, { status: 422 });
      })
    );
    render(<SeverityList />);
    await userEvent.click(await screen.findByRole('button', { name: 'Change severities' }));
    await userEvent.click(await screen.findByRole('button', { name: 'Remove SEV1' }));
    expect(screen.getByText('Incidents on SEV1: 3, move them to')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('name the one that takes them')).toBeInTheDocument();
    await waitFor(() => expect(sent[0]).toMatchObject({ version: 4, moves: {} }));
    expect(sent[0]?.levels.map(({ id }) => id)).toEqual(['sev0', 'sev2']);
  });

  it('keeps what is drafted: ids made of names, order, and only moves that are needed', () => {
    const draft = draftOf(LADDER);
    expect(idOf({ id: '', title: ' Very Bad! ' })).toBe('very-bad');
    expect(shifted(draft, 'sev1', -1).levels.map(({ id }) => id)).toEqual(['sev1', 'sev0', 'sev2']);
    expect(shifted(draft, 'sev0', -1)).toEqual(draft);
    const fewer = { ...without(without(draft, 'sev0'), 'sev1'), moves: { sev0: 'sev2', sev1: 'sev2' } };
    expect(leaving(fewer, LADDER).map(({ id }) => id)).toEqual(['sev1']);
    expect(inputOf(withNewLevel(fewer, 'n'), LADDER)).toMatchObject({ moves: { sev1: 'sev2' }, version: 4 });
  });
});
