import { type CorrelationShape } from '../../../api/types.gen';
import { anIncidentDetail } from '../../../test/incidents';
import { anAnswer, anInvestigation } from '../../../test/investigation';
import { verdictOf } from './verdict';

const told = (title: string) => ({
  id: 1,
  type: 'correlation' as const,
  occurredAt: '2026-03-01T12:02:00Z',
  recordedAt: '2026-03-01T12:02:00Z',
  title,
  description: '',
  source: 'investigation',
  severity: '',
  author: '',
  metadata: {},
  pinned: false,
  public: false,
  edited: false,
  deleted: false,
});
const cause: CorrelationShape = {
  id: 1,
  type: 'cause',
  source: 'engine',
  title: 'rollout of payments',
  confidence: 0.86,
  details: {},
};

describe('the verdict (rows 75, 76)', () => {
  it('is the named cause of the newest answer', () => {
    expect(verdictOf(anIncidentDetail(), anInvestigation())).toEqual({
      state: 'cause',
      headline: 'Likely: rollout of payments v2 at 14:02.',
      confidence: 0.86,
      at: '2026-03-01T12:02:00Z',
    });
  });

  it('names nothing that the answer does not name', () => {
    const quiet = anAnswer({ headline: 'No cause found.', causes: [] });
    const verdict = verdictOf(anIncidentDetail({ correlations: [cause] }), anInvestigation({ answer: quiet }));
    expect(verdict).toMatchObject({ state: 'none', confidence: null, headline: 'No cause found.' });
  });

  it('comes from the signals where there is no answer', () => {
    const incident = anIncidentDetail({ correlations: [cause], timeline: [told('Likely: rollout of payments.')] });
    const verdict = verdictOf(incident, null);
    expect(verdict).toMatchObject({ state: 'cause', confidence: 0.86, headline: 'Likely: rollout of payments.' });
    expect(verdictOf({ ...incident, timeline: [] }, null).headline).toBe('rollout of payments');
    expect(verdictOf({ ...incident, correlations: [] }, null)).toMatchObject({ state: 'none', confidence: null });
  });

  it('says that nobody looked yet, and why nobody will', () => {
    expect(verdictOf(anIncidentDetail(), null).state).toBe('looking');
    expect(verdictOf(anIncidentDetail({ service: 'unassigned' }), null).state).toBe('no_service');
    expect(verdictOf(anIncidentDetail({ status: 'closed' }), null).state).toBe('never');
  });
});
