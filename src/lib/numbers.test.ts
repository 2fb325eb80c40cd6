import { budgetText, chanceText, countText, digitsFor, measuredText, partText, percentText, rateText } from './numbers';

describe('numbers', () => {
  it('never round a failure away', () => {
    expect(percentText(0.99999, 1)).toBe('99.9%');
    expect(percentText(0.999, 2)).toBe('99.90%');
    expect(percentText(0.9995, 2)).toBe('99.95%');
    expect(percentText(1, 2)).toBe('100.00%');
    expect(percentText(0, 2)).toBe('0.00%');
  });

  it('round parts of a whole, so that they add up to it', () => {
    expect([2 / 3, 1 / 3].map(partText)).toEqual(['66.7%', '33.3%']);
    expect([0.9979, 0.0021].map(partText)).toEqual(['99.8%', '0.2%']);
  });

  it.each([
    [0.8649, '0.86'],
    [0.9949, '0.99'],
    [0.995, '> 0.99'],
    [1, '> 0.99'],
    [0.005, '0.01'],
    [0.0049, '< 0.01'],
    [0, '< 0.01'],
  ])('are never quite certain when they are chances: %d', (chance, text) => {
    expect(chanceText(chance)).toBe(text);
  });

  it('show overspent budgets with their sign', () => {
    expect(budgetText(-4)).toBe('-400%');
    expect(budgetText(0.4251)).toBe('42.5%');
    expect(budgetText(-0.051)).toBe('-5.1%');
  });

  it.each([percentText, budgetText, rateText, countText, measuredText])('show a dash for what is not known', (text) => {
    expect([text(null), text(undefined), text(NaN)]).toEqual(['–', '–', '–']);
  });

  it('read as people write them', () => {
    expect(rateText(14.4)).toBe('14.4×');
    expect([measuredText(1234.5), measuredText(0.000012345678)]).toEqual(['1,234.5', '0.0000123457']);
    expect(rateText(0.008914)).toBe('0.0089×');
    expect(countText(1234567)).toBe('1,234,567');
    expect([digitsFor('99.9'), digitsFor('99'), digitsFor('99.99999')]).toEqual([3, 2, 7]);
  });
});
