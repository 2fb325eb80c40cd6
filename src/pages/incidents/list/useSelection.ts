/** Which rows are chosen, by number. */
import { useState } from 'react';

/** So many the backend takes at once. */
const MOST = 200;

export function useSelection(all: readonly string[]) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const shown = new Set(all);
  // What the list no longer shows is not chosen either: nothing is changed unseen.
  const selected = new Set([...chosen].filter((number) => shown.has(number)));
  return {
    selected,
    toggle(number: string) {
      const next = new Set(selected);
      if (!next.delete(number) && next.size < MOST) {
        next.add(number);
      }
      setChosen(next);
    },
    toggleAll: () => setChosen(selected.size > 0 ? new Set() : new Set(all.slice(0, MOST))),
    clear: () => setChosen(new Set()),
    keep: (numbers: Iterable<string>) => setChosen(new Set(numbers)),
  };
}
