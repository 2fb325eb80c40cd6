/** What the incidents of a period say together. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import { read } from './client';

export const insightQueries = {
  of: (from: string, to: string) =>
    queryOptions({
      queryKey: ['insights', from, to],
      queryFn: ({ signal }) => read('insights', { params: { from, to }, signal }),
      staleTime: 60_000,
    }),
};

export function useInsights(from: string, to: string) {
  return useQuery(insightQueries.of(from, to));
}

/** What incidents of a stretch of time took of error budgets. */
export function budgetCostQuery(from: string, to: string) {
  return queryOptions({
    queryKey: ['insights', 'budget', from, to],
    queryFn: ({ signal }) => read('insights/budget', { params: { from, to }, signal }),
    staleTime: 60_000,
  });
}
