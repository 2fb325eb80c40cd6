/** How urgent an incident is, in the words of the organisation's own severity ladder. */
import { keptLevel, useLevels } from './levels';
import { type IncidentSeverity } from '../api/types.gen';
import { SeverityBadge } from './SeverityBadge';

interface LevelBadgeProps {
  severity: IncidentSeverity;
  level: string;
  /** Without its picture, which a long list would parse anew for each row. */
  bare?: boolean;
}

export function LevelBadge({ severity, level, bare = false }: LevelBadgeProps) {
  const found = keptLevel(useLevels(), { severity, level });
  return (
    <SeverityBadge
      severity={severity}
      bare={bare}
      {...(found && { text: found.title, colour: found.colour, about: found.description })}
    />
  );
}
