/** What notices of changes do to the cache: each concerns what it names, and storms are taken together. */
import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { read, segment } from './client';
import { incidentKeys, type IncidentFilter, keepDetail, matches } from './incidents';
import { type Notice, useNotices } from './live';
import { askAgain } from './queryClient';

/** So many changed rows are asked for one by one; of more, the whole list is. */
const MOST_ROWS = 12;

/** How long notices are gathered for what is made of many incidents. */
const GATHER_MANY = 1_000;

/**
 * Ask again for what follows from any incident when one changes.
 *
 * @param key of the queries.
 */
export function useAnewOnNotices(key: QueryKey): void {
  const client = useQueryClient();
  useNotices(() => void askAgain(client, { queryKey: key }), { wait: GATHER_MANY });
}

/** Everything about one incident is asked for again when a notice names it. */
export function useIncidentNotices(number: string): void {
  const client = useQueryClient();
  useNotices((notices) => {
    if (notices.some((each) => each.number === number || each.number === '')) {
      void askAgain(client, { queryKey: ['incidents'], predicate: (query) => query.queryKey[2] === number });
    }
  });
}

/**
 * Rows of lists follow notices in place; incidents that are new and match are counted, not put in.
 *
 * @returns numbers of new incidents, and a way to say that they were taken in.
 */
export function useListNotices(filter: IncidentFilter): { fresh: readonly string[]; taken: () => void } {
  const client = useQueryClient();
  const [fresh, setFresh] = useState<readonly string[]>([]);
  const scope = JSON.stringify(filter);
  const [shown, setShown] = useState(scope);
  if (shown !== scope) {
    setShown(scope);
    setFresh([]);
  }

  const take = async (notices: readonly Notice[], signal: AbortSignal) => {
    const numbers = [...new Set(notices.map((each) => each.number))];
    if (numbers.includes('') || numbers.length > MOST_ROWS) {
      // The list's first page brings its head along.
      await askAgain(client, { queryKey: incidentKeys.lists });
      return;
    }
    void client.invalidateQueries({ queryKey: incidentKeys.heads });
    const opened = new Set(notices.filter((each) => each.change === 'opened').map((each) => each.number));
    await Promise.all(
      numbers.map(async (number) => {
        const detail = await read(`incidents/${segment(number)}`, { signal }).catch(() => null);
        if (!detail || signal.aborted) {
          return;
        }
        keepDetail(client, detail);
        if (opened.has(number) && matches(filter, detail)) {
          setFresh((before) => (before.includes(number) ? before : [...before, number]));
        }
      })
    );
  };
  useNotices((notices, signal) => void take(notices, signal), { scope });

  return { fresh, taken: () => setFresh([]) };
}
