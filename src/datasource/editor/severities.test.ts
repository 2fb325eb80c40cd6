import { type LevelShape } from '../../api/types.gen';
import { chosenOf, shownOf } from './severities';

const level = (id: string, severity: LevelShape['severity']): LevelShape => ({
  id,
  title: id.toUpperCase(),
  severity,
  colour: 'red',
  description: '',
  words: [],
  incidents: 0,
});

const LADDER = [level('sev0', 'critical'), level('sev1', 'critical'), level('sev2', 'low')];

describe('levels in a query (row 20)', () => {
  it('are kept with what they count as, and shown as they were chosen', () => {
    const kept = chosenOf(['sev2', 'sev0', '$severity'], LADDER);
    expect(kept).toEqual({ levels: ['sev0', 'sev2'], severities: ['critical', 'low', '$severity'] });
    expect(shownOf(kept, LADDER)).toEqual(['sev0', 'sev2', '$severity']);
  });

  it('that are gone show as their severity', () => {
    const kept = chosenOf(['sev2'], LADDER);
    expect(shownOf(kept, LADDER.slice(0, 2))).toEqual(['low']);
    expect(shownOf(kept, [])).toEqual(['low']);
  });

  it('are not needed: severities alone stay as they are', () => {
    const kept = { levels: [], severities: ['critical', 'high'] };
    expect(shownOf(kept, LADDER)).toEqual(['critical', 'high']);
    expect(chosenOf(shownOf(kept, []), [])).toEqual(kept);
  });
});
