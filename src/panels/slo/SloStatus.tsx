/** The standing of an SLO in a word and a colour. */
import { t } from '@grafana/i18n';
import { Badge, type BadgeColor } from '@grafana/ui';
import { type SloStatus as Status } from '../../api/types.gen';

const COLORS: Record<Status, BadgeColor> = {
  healthy: 'green',
  warning: 'orange',
  critical: 'red',
  breached: 'red',
  no_data: 'darkgrey',
};

export function sloStatusText(status: Status): string {
  const texts: Record<Status, string> = {
    healthy: t('slo-status.healthy', 'Healthy'),
    warning: t('slo-status.warning', 'Warning'),
    critical: t('slo-status.critical', 'Critical'),
    breached: t('slo-status.breached', 'Breached'),
    no_data: t('slo-status.no-data', 'No data'),
  };
  return texts[status];
}

export function SloStatus({ status, reason }: { status: Status; reason: string }) {
  return <Badge color={COLORS[status]} text={sloStatusText(status)} tooltip={reason || undefined} />;
}
