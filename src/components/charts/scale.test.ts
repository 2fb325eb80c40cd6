import { areaPath, extent, linePath, nearest, scale, stretches, ticks, timeTicks } from './scale';

const same = (value: number) => value;

describe('the arithmetic of charts', () => {
  it('puts values onto paper, upside down where the paper is', () => {
    const y = scale({ from: 0, to: 10 }, { from: 100, to: 0 });
    expect([y(0), y(5), y(10)]).toEqual([100, 50, 0]);
    expect(scale({ from: 3, to: 3 }, { from: 0, to: 100 })(3)).toBe(50);
  });

  it('finds round ticks, also of negative and small spans', () => {
    expect(ticks({ from: 0, to: 1 }, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(ticks({ from: -4.2, to: 1 }, 4)).toEqual([-4, -2, 0]);
    expect(ticks({ from: 0.9985, to: 1 }, 3)).toEqual([0.9985, 0.999, 0.9995, 1]);
    expect(ticks({ from: 1, to: 1 }, 3)).toEqual([1]);
  });

  it('finds round moments', () => {
    const from = Date.UTC(2026, 0, 1, 0, 7);
    const { at, days } = timeTicks({ from, to: from + 3_600_000 }, 4);
    expect(at.map((each) => new Date(each).toISOString().slice(11, 16))).toEqual(['00:15', '00:30', '00:45', '01:00']);
    expect(days).toBe(false);
    expect(timeTicks({ from, to: from + 30 * 86_400_000 }, 5).days).toBe(true);
  });

  it('breaks lines where nothing was measured', () => {
    const points = [
      { at: 0, value: 1 },
      { at: 1, value: 2 },
      { at: 2, value: null },
      { at: 3, value: 4 },
    ];
    expect(stretches(points).map((each) => each.length)).toEqual([2, 1]);
    expect(linePath(points, same, same)).toBe('M0,1L1,2M3,4h1.5');
    expect(areaPath(points, same, same, 0)).toBe('M0,0L0,1L1,2L1,0Z');
  });

  it('knows no span without values', () => {
    expect(extent([null, null])).toBeNull();
    expect(extent([3, null, -1])).toEqual({ from: -1, to: 3 });
  });

  it('finds the nearest moment', () => {
    const points = [0, 10, 20].map((at) => ({ at, value: at }));
    expect(nearest(points, 14)?.at).toBe(10);
    expect(nearest(points, 16)?.at).toBe(20);
    expect(nearest(points, 99)?.at).toBe(20);
    expect(nearest([], 1)).toBeNull();
  });
});
