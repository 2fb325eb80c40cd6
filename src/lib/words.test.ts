import { capitalised } from './words';

describe('a word that stands alone', () => {
  it.each([
    ['open', 'Open'],
    ['Being fixed', 'Being fixed'],
    ['', ''],
  ])('%j begins with a capital letter: %j', (word, expected) => expect(capitalised(word)).toBe(expected));
});
