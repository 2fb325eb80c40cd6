/** Which rows are chosen, by number. */
import { useMemo, useState } from 'react';

/** So many the backend takes at once. */
const MOST = 200;

export interface Selection {
  selected: ReadonlySet<string>;
  /** Whether all that are loaded are chosen, or some of them. */
  extent: 'all' | 'some' | 'none';
  toggle: (number: string) => void;
  toggleAll: () => void;
  clear: () => void;
  keep: (numbers: Iterable<string>) => void;
}

/** The same object until the choice or the rows change, so that a scroll draws no row again. */
export function useSelection(rows: ReadonlyArray<{ number: string }>): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  return useMemo(() => {
    const shown = new Set(rows.map(({ number }) => number));
    // What the list no longer shows is not chosen either: nothing is changed unseen.
    const selected = new Set([...chosen].filter((number) => shown.has(number)));
    return {
      selected,
      extent: selected.size === 0 ? 'none' : selected.size === shown.size ? 'all' : 'some',
      toggle(number) {
        const next = new Set(selected);
        if (!next.delete(number) && next.size < MOST) {
          next.add(number);
        }
        setChosen(next);
      },
      toggleAll: () => setChosen(selected.size > 0 ? new Set() : new Set([...shown].slice(0, MOST))),
      clear: () => setChosen(new Set()),
      keep: (numbers) => setChosen(new Set(numbers)),
    };
  }, [chosen, rows]);
}
