import { depths } from './depths';

const of = (calls: Record<string, string[]>) => Object.fromEntries(depths(new Map(Object.entries(calls))));

describe('how far a node is from those that call nobody', () => {
  it('is the longest way', () => {
    expect(of({ web: ['api', 'db'], api: ['db'], db: [] })).toEqual({ web: 2, api: 1, db: 0 });
  });

  it('ends in a circle too', () => {
    const found = of({ a: ['b'], b: ['c'], c: ['a'] });
    expect(Object.values(found).every((depth) => depth <= 2)).toBe(true);
  });

  it('leaves out what it does not know', () => {
    expect(of({ a: ['elsewhere'] })).toEqual({ a: 0 });
  });
});
