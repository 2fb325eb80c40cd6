import { anIncidentDetail } from '../test/incidents';
import { clashing, expected } from './incidentEdit';

const seen = anIncidentDetail({ roles: { commander: 'ann' } });

describe('two changes of one incident', () => {
  it('do not clash when they are about different fields', () => {
    const theirs = { ...seen, version: 2, title: 'theirs' };
    expect(clashing(seen, theirs, { severity: 'low' })).toEqual([]);
  });

  it('clash when both changed the same field to different values', () => {
    const theirs = { ...seen, version: 2, title: 'theirs', roles: { commander: 'bo' } };
    expect(clashing(seen, theirs, { title: 'yours', roles: { commander: 'cy' } })).toEqual(['title', 'roles']);
  });

  it('do not clash when both want the same', () => {
    expect(clashing(seen, { ...seen, version: 2, status: 'resolved' }, { status: 'resolved' })).toEqual([]);
  });

  it('clash about one moment and not about another', () => {
    const moved = { ...seen.milestones, started: { at: '2026-03-01T11:00:00Z', by: 'bo' } };
    const theirs = { ...seen, version: 2, milestones: moved };
    expect(clashing(seen, theirs, { milestones: { started: '2026-03-01T10:00:00Z' } })).toEqual(['milestones.started']);
    expect(clashing(seen, theirs, { milestones: { detected: '2026-03-01T12:00:00Z' } })).toEqual([]);
  });
});

describe('the incident as it will be', () => {
  it('has the wanted fields and moments, and nothing of how the change is sent', () => {
    const after = expected(seen, {
      ...{ version: 7, status: 'resolved', force: true, comment: 'x' },
      milestones: { started: '2026-03-01T10:00:00Z' },
    });
    expect(after).toMatchObject({
      version: 1,
      status: 'resolved',
      milestones: { started: { at: '2026-03-01T10:00:00Z' } },
    });
    expect(after).not.toHaveProperty('force');
    expect(after).not.toHaveProperty('comment');
  });
});
