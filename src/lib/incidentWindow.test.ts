import { baselineOf, beganAt, incidentWindow, withLead } from './incidentWindow';

const NOW = Date.parse('2026-03-01T13:00:00Z');

describe('the time that an incident is about (V1, F9)', () => {
  it('lasts from the onset to the end, or to now', () => {
    expect(incidentWindow('2026-03-01T12:00:00Z', undefined, NOW)).toEqual({
      from: '2026-03-01T12:00:00.000Z',
      to: '2026-03-01T13:00:00.000Z',
    });
    expect(incidentWindow('2026-03-01T12:00:00Z', '2026-03-01T12:30:00Z', NOW).to).toBe('2026-03-01T12:30:00.000Z');
  });

  it('is neither too short to measure nor longer than a day', () => {
    const brief = incidentWindow('2026-03-01T12:30:00Z', '2026-03-01T12:31:00Z', NOW);
    expect(brief).toEqual({ from: '2026-03-01T12:30:00.000Z', to: '2026-03-01T12:35:00.000Z' });
    expect(incidentWindow('2026-02-01T12:00:00Z', undefined, NOW).to).toBe('2026-02-02T12:00:00.000Z');
  });

  it('never reaches into the future: a young one begins before its onset', () => {
    const young = { from: '2026-03-01T12:55:00.000Z', to: '2026-03-01T13:00:00.000Z' };
    expect(incidentWindow('2026-03-01T12:59:30Z', undefined, NOW)).toEqual(young);
    expect(incidentWindow('2026-03-01T12:58:00Z', '2026-03-01T12:59:00Z', NOW)).toEqual(young);
  });

  it.each([
    ['an earlier onset that was found', { at: '2026-03-01T11:50:00Z', found: true }, '2026-03-01T11:50:00Z'],
    ['one that was not found', { at: '2026-03-01T11:50:00Z', found: false }, '2026-03-01T12:00:00Z'],
    ['a later one', { at: '2026-03-01T12:10:00Z', found: true }, '2026-03-01T12:00:00Z'],
    ['none yet', undefined, '2026-03-01T12:00:00Z'],
  ])('begins no later than it was noticed: %s', (_case, onset, began) => {
    expect(beganAt('2026-03-01T12:00:00Z', onset)).toBe(began);
  });

  it('has its lead in the quarter of an hour before', () => {
    const whole = incidentWindow('2026-03-01T12:00:00Z', undefined, NOW);
    expect(withLead(whole)).toEqual({ from: '2026-03-01T11:45:00.000Z', to: '2026-03-01T13:00:00.000Z' });
  });

  it('is compared with what was right before it, an hour at most', () => {
    const day = incidentWindow('2026-02-28T12:00:00Z', '2026-02-28T20:00:00Z', NOW);
    expect(baselineOf(day)).toEqual({ from: '2026-02-28T11:00:00.000Z', to: '2026-02-28T12:00:00.000Z' });
    const brief = incidentWindow('2026-02-28T12:00:00Z', '2026-02-28T12:01:00Z', NOW);
    expect(baselineOf(brief).from).toBe('2026-02-28T11:45:00.000Z');
  });
});
