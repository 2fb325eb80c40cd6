import { formatSeconds, secondsBetween } from './duration';

describe('lengths of time', () => {
  it.each([
    [0, '0s'],
    [45, '45s'],
    [65, '1m 5s'],
    [3_600, '1h'],
    [3_605, '1h'],
    [90_061, '1d 1h'],
    [172_800, '2d'],
    [-300, '-5m'],
    [59.6, '1m'],
  ])('%d seconds read as %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });

  it.each([null, undefined, NaN, Infinity])('%s is not known', (seconds) => {
    expect(formatSeconds(seconds)).toBe('–');
  });

  it('lie between two moments, or are not known', () => {
    expect(secondsBetween('2026-01-01T00:00:00Z', '2026-01-01T00:01:30Z')).toBe(90);
    expect(secondsBetween('2026-01-01T00:00:00Z', null)).toBeNull();
    expect(secondsBetween('yesterday', '2026-01-01T00:00:00Z')).toBeNull();
  });
});
