/** How urgent an incident is, in a colour and in a word. */
import { t } from '@grafana/i18n';
import { Badge, type BadgeColor, type IconName } from '@grafana/ui';
import { type IncidentSeverity } from '../api/types.gen';

/** The ladder, most urgent first. */
export const SEVERITIES: readonly IncidentSeverity[] = ['critical', 'high', 'medium', 'low'];

const LOOK: Record<IncidentSeverity, { color: BadgeColor; icon: IconName }> = {
  critical: { color: 'red', icon: 'exclamation-circle' },
  high: { color: 'orange', icon: 'exclamation-triangle' },
  medium: { color: 'blue', icon: 'info-circle' },
  low: { color: 'darkgrey', icon: 'arrow-down' },
};

export function severityText(severity: IncidentSeverity): string {
  const texts: Record<IncidentSeverity, string> = {
    critical: t('severity.critical', 'Critical'),
    high: t('severity.high', 'High'),
    medium: t('severity.medium', 'Medium'),
    low: t('severity.low', 'Low'),
  };
  return texts[severity];
}

export function SeverityBadge({ severity }: { severity: IncidentSeverity }) {
  return <Badge {...LOOK[severity]} text={severityText(severity)} />;
}
