/** Who can be asked to work on an incident. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import { read } from './client';
import { type ColleaguePageShape, type ColleagueShape } from './types.gen';

/** More than anybody chooses from without typing; any other login can be typed. */
const MOST = 1_000;

const PAGE = 200;

/** Everybody whom the plugin has seen, by login. */
export function peopleQuery() {
  return queryOptions({
    queryKey: ['people', 'directory'],
    queryFn: async ({ signal }) => {
      const people: ColleagueShape[] = [];
      let cursor: string | null = '';
      while (cursor !== null && people.length < MOST) {
        const page: ColleaguePageShape = await read('directory', { params: { cursor, limit: PAGE }, signal });
        people.push(...page.items);
        cursor = page.cursor;
      }
      return people;
    },
    staleTime: 5 * 60_000,
  });
}

const NOBODY: readonly ColleagueShape[] = [];

/** Whom work can be given to; nobody until they are known. */
export function usePeople(): readonly ColleagueShape[] {
  return useQuery(peopleQuery()).data ?? NOBODY;
}
