import { valueText } from './units';

describe('measured values', () => {
  it.each([
    [1, 'percent', '1.00%'],
    [4780, 'ms', '4.78 s'],
    [0.5, 'requests/s', '0.50 req/s'],
    [12.345, 'lines/min', '12.3 lines/min'],
    [3, '', '3'],
  ])('%d in %s reads as %s (F8)', (value, unit, text) => {
    expect(valueText(value, unit)).toBe(text);
  });

  it.each([null, undefined, NaN])('%s was not measured', (value) => {
    expect(valueText(value, 'ms')).toBe('–');
  });
});
