/** How an SLO stands, in a colour and in a word; `no data` is a standing of its own. */
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Badge, type BadgeColor, type IconName } from '@grafana/ui';
import { type SloStatus } from '../api/types.gen';

const LOOK: Record<SloStatus, { color: BadgeColor; icon: IconName }> = {
  breached: { color: 'red', icon: 'times-circle' },
  critical: { color: 'orange', icon: 'exclamation-triangle' },
  warning: { color: 'blue', icon: 'info-circle' },
  healthy: { color: 'green', icon: 'check-circle' },
  no_data: { color: 'darkgrey', icon: 'question-circle' },
};

export function sloStatusText(status: SloStatus): string {
  const texts: Record<SloStatus, string> = {
    breached: t('slo-status.breached', 'Breached'),
    critical: t('slo-status.critical', 'Critical'),
    warning: t('slo-status.warning', 'Warning'),
    healthy: t('slo-status.healthy', 'Healthy'),
    no_data: t('slo-status.no-data', 'No data'),
  };
  return texts[status];
}

/** The colour in which charts and bars draw this standing. */
export function sloStatusColor(status: SloStatus, theme: GrafanaTheme2): string {
  const names: Record<SloStatus, string> = {
    breached: 'red',
    critical: 'orange',
    warning: 'blue',
    healthy: 'green',
    no_data: 'text',
  };
  return status === 'no_data' ? theme.colors.text.disabled : theme.visualization.getColorByName(names[status]);
}

/** The colour of a number that stands like this: of text, so that it can be read in both themes. */
export function sloStatusTextColor(status: SloStatus, theme: GrafanaTheme2): string {
  const { success, info, warning, error, text } = theme.colors;
  const colors: Record<SloStatus, string> = {
    breached: error.text,
    critical: warning.text,
    warning: info.text,
    healthy: success.text,
    no_data: text.secondary,
  };
  return colors[status];
}

export function SloStatusBadge({ status }: { status: SloStatus }) {
  return <Badge {...LOOK[status]} text={sloStatusText(status)} />;
}
