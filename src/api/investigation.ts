/** What was found about an incident's cause: the newest answer, earlier ones, and running one anew. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { ApiError, call, read, segment } from './client';
import { type GradeInput } from './types.gen';

const path = (number: string) => `incidents/${segment(number)}/investigation` as const;
const key = (number: string) => ['incidents', 'investigation', number] as const;

/** The newest answer; null from a backend that keeps signals only. */
export function investigationQuery(number: string) {
  return queryOptions({
    queryKey: key(number),
    queryFn: async ({ signal }) => {
      try {
        return await read(path(number), { signal });
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) {
          return null;
        }
        throw error;
      }
    },
  });
}

/** An earlier answer, as it was. */
export function investigationVersionQuery(number: string, version: number) {
  return queryOptions({
    queryKey: [...key(number), version],
    queryFn: ({ signal }) => read(`${path(number)}/versions/${segment(version)}`, { signal }),
    staleTime: Infinity,
  });
}

export function useInvestigate(number: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call('POST', path(number)),
    onSuccess: (answer) => client.setQueryData(key(number), answer),
  });
}

/** Say whether the named cause was right. */
export function useGradeInvestigation(number: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (grade: GradeInput) => call('PUT', `${path(number)}/grade`, { body: grade }),
    onSuccess: (answer) => client.setQueryData(key(number), answer),
  });
}
