import { layered } from './layers';

describe('a graph in columns', () => {
  const nodes = [
    { id: 'payments', hops: 0 },
    { id: 'web', hops: 2 },
    { id: 'checkout', hops: 1 },
    { id: 'basket', hops: 1 },
  ];

  it('has its centre on the right and is the same in any order', () => {
    const { nodes: placed, width } = layered(nodes);
    expect(layered([...nodes].reverse())).toEqual(layered(nodes));
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
});
