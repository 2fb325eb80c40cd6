/** Levels of the severity ladder to choose from. */
import { useSeverities } from '../api/severities';
import { type IncidentSeverity, type IncidentShape, type LevelShape } from '../api/types.gen';
import { SEVERITIES, severityColour, severityText } from './SeverityBadge';

/** The levels to choose from; until they are known, and where there are no own ones, the built-in severities. */
export function useLevels(): readonly LevelShape[] {
  const { data } = useSeverities();
  return data?.own ? data.levels : builtIn();
}

function builtIn(): LevelShape[] {
  return SEVERITIES.map((severity) => ({
    id: severity,
    title: severityText(severity),
    severity,
    colour: severityColour(severity),
    description: '',
    words: [],
    incidents: 0,
  }));
}

/** A change that puts an incident on a level; the severity shows at once what the level counts as. */
export function onLevel({ id, severity }: LevelShape): Pick<IncidentShape, 'level' | 'severity'> {
  return { level: id, severity };
}

/** What was chosen earlier: the level while it is there, else the one of the severity that it counted as. */
export function keptLevel(
  levels: readonly LevelShape[],
  { severity, level }: Pick<IncidentShape, 'severity' | 'level'>
): LevelShape | undefined {
  return levels.find(({ id }) => id === level) ?? levelOf(levels, severity);
}

/** The level of a draft for sending: none when it is there no more, so that its severity counts. */
export function knownLevel(levels: readonly LevelShape[], draft: { level?: string }): { level: string } {
  const level = draft.level ?? '';
  return { level: levels.some(({ id }) => id === level) ? level : '' };
}

/** The level of what only a severity is known of: the one called like it, else the next one that counts no higher. */
export function levelOf(levels: readonly LevelShape[], severity: IncidentSeverity): LevelShape | undefined {
  const order = SEVERITIES.indexOf(severity);
  return (
    levels.find(({ id }) => id === severity) ??
    levels.find((each) => SEVERITIES.indexOf(each.severity) >= order) ??
    levels.at(-1)
  );
}
