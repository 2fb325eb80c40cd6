/** How urgent an incident is, in a colour and in a word. */
import { t } from '@grafana/i18n';
import { Badge, type BadgeColor, type IconName } from '@grafana/ui';
import { type IncidentSeverity, type LevelShape as Level } from '../api/types.gen';

/** The ladder, most urgent first. */
export const SEVERITIES: readonly IncidentSeverity[] = ['critical', 'high', 'medium', 'low'];

const LOOK: Record<IncidentSeverity, { color: Level['colour']; icon: IconName }> = {
  critical: { color: 'red', icon: 'exclamation-circle' },
  high: { color: 'orange', icon: 'exclamation-triangle' },
  medium: { color: 'blue', icon: 'info-circle' },
  low: { color: 'darkgrey', icon: 'arrow-down' },
};

const TEXTS: Record<IncidentSeverity, () => string> = {
  critical: () => t('severity.critical', 'Critical'),
  high: () => t('severity.high', 'High'),
  medium: () => t('severity.medium', 'Medium'),
  low: () => t('severity.low', 'Low'),
};

export function severityText(severity: IncidentSeverity): string {
  return TEXTS[severity]();
}

export function severityColour(severity: IncidentSeverity): Level['colour'] {
  return LOOK[severity].color;
}

interface SeverityBadgeProps {
  severity: IncidentSeverity;
  /** Without its picture, which a long list would parse anew for each row. */
  bare?: boolean;
  /** What people call it on a ladder of their own. */
  text?: string;
  colour?: BadgeColor;
  /** When people choose it. */
  about?: string;
}

export function SeverityBadge({ severity, bare = false, text, colour, about }: SeverityBadgeProps) {
  const { color, icon } = LOOK[severity];
  return (
    <Badge
      color={colour ?? color}
      text={text || severityText(severity)}
      {...(!bare && { icon })}
      {...(about && { tooltip: about })}
    />
  );
}
