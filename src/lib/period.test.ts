import { edgeText, rangeOf } from './period';

describe('a period in the address', () => {
  it('takes relative times and milliseconds', () => {
    expect(edgeText('now-7d', 'now-90d')).toBe('now-7d');
    expect(edgeText('1767225600000', 'now-90d')).toBe('1767225600000');
  });

  it.each([null, '', 'yesterday-ish', '<script>'])('falls back for %s', (text) => {
    expect(edgeText(text, 'now-90d')).toBe('now-90d');
  });

  it('keeps the spelling, so that a relative period stays relative', () => {
    expect(rangeOf('now-7d', 'now').raw).toEqual({ from: 'now-7d', to: 'now' });
    expect(rangeOf('1767225600000', '1767229200000').to.toISOString()).toBe('2026-01-01T01:00:00.000Z');
  });
});
