import { pairsOf, pairsText, wordsOf } from './lines';

describe('pairs, one to a line', () => {
  it('come back as they were', () => {
    const pairs = { 'X-Scope-OrgID': 'shop', query: 'a=b' };
    expect(pairsOf(pairsText(pairs))).toEqual(pairs);
  });

  it('leave out what is empty', () => {
    expect(pairsOf('\n  \n =lost\n key \n')).toEqual({ key: '' });
  });
});

it('words stand between commas', () => {
  expect(wordsOf(' a, b,,c ')).toEqual(['a', 'b', 'c']);
});
