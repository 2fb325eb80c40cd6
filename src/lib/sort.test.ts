import { nextSort, sortOf, sortText } from './sort';

describe('the order of a table in its address', () => {
  it.each(['name', '-score'])('comes back as it was: %s', (text) => {
    expect(sortText(sortOf(text, ['name', 'score']))).toBe(text);
  });

  it.each([null, '', '-', 'colour', '--name'])('is the usual one for what names no column: %s', (text) => {
    expect(sortOf(text, ['name', 'score'])).toBeNull();
  });

  it('goes up, down, and back to the usual one', () => {
    const up = nextSort(sortOf('score', ['score']), 'name');
    expect(sortText(up)).toBe('name');
    const down = nextSort(up, 'name');
    expect(sortText(down)).toBe('-name');
    expect(nextSort(down, 'name')).toBeNull();
  });
});
