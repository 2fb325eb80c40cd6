import { fieldValues, isEmptyValue, withValue } from './fieldValues';

describe('values of custom fields', () => {
  it('leaves out what is no value', () => {
    expect(fieldValues({ a: 'x', b: 2, c: true, d: ['y'], e: null, f: { g: 1 }, h: [1], i: undefined })).toEqual({
      a: 'x',
      b: 2,
      c: true,
      d: ['y'],
      e: null,
    });
    expect(fieldValues('text')).toEqual({});
  });

  it('changes one and keeps the others; an empty one goes', () => {
    expect(withValue({ a: 'x', b: 2 }, 'a', 'y')).toEqual({ a: 'y', b: 2 });
    expect(withValue({ a: 'x', b: 2 }, 'a', '')).toEqual({ b: 2 });
    expect(withValue({ a: 'x' }, 'c', [])).toEqual({ a: 'x' });
    expect(withValue({ a: 1 }, 'b', 0)).toEqual({ a: 1, b: 0 });
  });

  it.each([
    [0, false],
    [false, false],
    ['', true],
    [[], true],
    [null, true],
    [undefined, true],
  ])('%j is empty: %s', (value, empty) => expect(isEmptyValue(value)).toBe(empty));
});
