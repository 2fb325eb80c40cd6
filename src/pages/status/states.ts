/** How a service may stand: its word, its colour and its picture. */
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { type BadgeColor, type IconName } from '@grafana/ui';
import { type ServiceState } from '../../api/types.gen';

export const LOOK: Record<ServiceState, { color: BadgeColor; icon: IconName }> = {
  unknown: { color: 'darkgrey', icon: 'question-circle' },
  operational: { color: 'green', icon: 'check-circle' },
  maintenance: { color: 'blue', icon: 'wrench' },
  degraded: { color: 'orange', icon: 'exclamation-triangle' },
  outage: { color: 'red', icon: 'exclamation-circle' },
};

export function stateText(state: ServiceState): string {
  const texts: Record<ServiceState, string> = {
    unknown: t('status-page.unknown', 'Not known'),
    operational: t('status-page.operational', 'Operational'),
    maintenance: t('status-page.maintenance', 'Maintenance'),
    degraded: t('status-page.degraded', 'Degraded'),
    outage: t('status-page.outage', 'Outage'),
  };
  return texts[state];
}

/** The whole page in a sentence. */
export function headline(state: ServiceState): string {
  const texts: Record<ServiceState, string> = {
    unknown: t('status-page.all-unknown', 'Nothing is known yet'),
    operational: t('status-page.all-operational', 'All services operational'),
    maintenance: t('status-page.some-maintenance', 'Maintenance is under way'),
    degraded: t('status-page.some-degraded', 'Some services are degraded'),
    outage: t('status-page.some-outage', 'Some services are out'),
  };
  return texts[state];
}

export function stateColor(state: ServiceState, theme: GrafanaTheme2): string {
  const named: Record<Exclude<ServiceState, 'unknown'>, string> = {
    operational: 'green',
    maintenance: 'blue',
    degraded: 'orange',
    outage: 'red',
  };
  return state === 'unknown' ? theme.colors.border.medium : theme.visualization.getColorByName(named[state]);
}
