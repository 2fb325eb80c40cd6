import { callPath, layered } from './layers';

describe('a graph in columns', () => {
  const nodes = [
    { id: 'payments', hops: 0 },
    { id: 'web', hops: 2 },
    { id: 'checkout', hops: 1 },
    { id: 'basket', hops: 1 },
  ];

  it('has its centre on the right and is the same in any order', () => {
    const { nodes: placed, width } = layered(nodes);
    expect(layered([...nodes].reverse()).nodes).toEqual(placed);
    const x = (id: string) => placed.find((each) => each.id === id)?.x ?? NaN;
    expect(x('web')).toBeLessThan(x('checkout'));
    expect(x('checkout')).toBeLessThan(x('payments'));
    expect(x('payments')).toBeLessThan(width);
  });

  it('gives no two nodes the same place', () => {
    const places = layered(nodes).nodes.map(({ x, y }) => `${x},${y}`);
    expect(new Set(places).size).toBe(nodes.length);
    expect(layered([]).nodes).toEqual([]);
  });

  it('leads a call that skips a column past the boxes there', () => {
    const edges = [
      { caller: 'web', callee: 'checkout' },
      { caller: 'web', callee: 'payments' },
      { caller: 'checkout', callee: 'payments' },
    ];
    const layout = layered(nodes, edges);
    const [passed, ...more] = layout.via({ caller: 'web', callee: 'payments' });
    expect(more).toEqual([]);
    const column = layout.nodes.filter(({ x }) => x === passed?.x);
    expect(column.map(({ id }) => id).sort()).toEqual(['basket', 'checkout']);
    expect(Math.min(...column.map(({ y }) => Math.abs(y - (passed?.y ?? NaN))))).toBeGreaterThanOrEqual(56);
    expect(layout.via({ caller: 'web', callee: 'checkout' })).toEqual([]);
    expect(layered([...nodes].reverse(), [...edges].reverse()).nodes).toEqual(layout.nodes);
  });

  it('puts those beside one another that call the same', () => {
    const centre = [
      { id: 'a', hops: 0 },
      { id: 'b', hops: 0 },
    ];
    const callers = [
      { id: 'p', hops: 1 },
      { id: 'q', hops: 1 },
    ];
    const crossing = [
      { caller: 'p', callee: 'b' },
      { caller: 'q', callee: 'a' },
    ];
    const at = new Map(layered([...centre, ...callers], crossing).nodes.map(({ id, y }) => [id, y]));
    expect(at.get('q')).toBe(at.get('a'));
    expect(at.get('p')).toBe(at.get('b'));
  });

  it('draws a call level through the places that it passes', () => {
    const from = { id: 'web', x: 100, y: 10 };
    const via = [{ id: '', x: 300, y: 50 }];
    const to = { id: 'payments', x: 500, y: 90 };
    expect(callPath(from, via, to, 50, 16)).toBe('M150,10C200,10 200,50 250,50H350C400,50 400,90 450,90');
    expect(callPath(from, [], to, 50, 16)).toBe('M150,10C300,10 300,90 450,90');
    const above = { id: 'orders', x: 500, y: 30 };
    expect(callPath(above, [], to, 50, 16)).toBe('M500,46V74');
    expect(callPath(to, [], above, 50, 16)).toBe('M500,74V46');
  });
});
