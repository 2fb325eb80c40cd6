/** How a service stands, in a colour and in a word. */
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Badge, type BadgeColor, type IconName } from '@grafana/ui';

export const HEALTHS = ['critical', 'warning', 'healthy'] as const;
export type Health = (typeof HEALTHS)[number];

const LOOK: Record<Health, { color: BadgeColor; icon: IconName }> = {
  critical: { color: 'red', icon: 'exclamation-circle' },
  warning: { color: 'orange', icon: 'exclamation-triangle' },
  healthy: { color: 'green', icon: 'check-circle' },
};

export function healthText(health: Health): string {
  const texts: Record<Health, string> = {
    critical: t('health.critical', 'Critical'),
    warning: t('health.warning', 'Warning'),
    healthy: t('health.healthy', 'Healthy'),
  };
  return texts[health];
}

/** The colour in which maps draw this health. */
export function healthColor(health: Health, theme: GrafanaTheme2): string {
  const names: Record<Health, string> = { critical: 'red', warning: 'orange', healthy: 'green' };
  return theme.visualization.getColorByName(names[health]);
}

export function HealthBadge({ health }: { health: Health }) {
  return <Badge {...LOOK[health]} text={healthText(health)} />;
}
