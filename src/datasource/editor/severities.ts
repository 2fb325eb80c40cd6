/**
 * Severities of a query as the organisation's levels.
 *
 * A query keeps ids of levels, and beside them the built-in severities that they count as: when a level is gone, its
 * severity counts. What no level stands for (an older query, a dashboard variable) is a severity alone.
 */
import { type LevelShape } from '../../api/types.gen';
import { type IncidentFilter } from '../query';

type Chosen = Pick<IncidentFilter, 'levels' | 'severities'>;

/** What is shown as chosen: levels that are there, and severities that none of them counts as. */
export function shownOf({ levels, severities }: Chosen, ladder: readonly LevelShape[]): string[] {
  const known = ladder.filter(({ id }) => levels.includes(id));
  const rest = severities.filter((each) => !known.some(({ severity }) => severity === each));
  return [...known.map(({ id }) => id), ...rest];
}

/** What is kept of a choice. */
export function chosenOf(shown: readonly string[], ladder: readonly LevelShape[]): Chosen {
  const known = ladder.filter(({ id }) => shown.includes(id));
  const rest = shown.filter((each) => !known.some(({ id }) => id === each));
  return {
    levels: known.map(({ id }) => id),
    severities: [...new Set([...known.map(({ severity }) => severity), ...rest])],
  };
}
