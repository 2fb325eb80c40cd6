/** Links that the app adds to menus of Grafana; titles are the same as in plugin.json, which Grafana compares. */
import { type PluginExtensionAddedLinkConfig, PluginExtensionPoints } from '@grafana/data';
import { pageUrl } from '../constants';
import { pathOf, type Place, placeOfAlert, placeOfPanel } from './context';

const ICON = 'fire';

function link(
  targets: string[],
  description: string,
  placeOf: (context: unknown) => Place
): PluginExtensionAddedLinkConfig {
  return {
    // eslint-disable-next-line @grafana/i18n/no-untranslated-strings -- compared with plugin.json
    title: 'Investigate with Reliability Studio',
    description,
    targets,
    icon: ICON,
    path: pageUrl('incidents'),
    configure: (context) => ({ path: pathOf(placeOf(context)) }),
  };
}

export const LINKS: readonly PluginExtensionAddedLinkConfig[] = [
  link(
    [PluginExtensionPoints.DashboardPanelMenu, PluginExtensionPoints.ExploreToolbarAction],
    'Incidents of the services that are shown here, in this time range',
    placeOfPanel
  ),
  link(
    [PluginExtensionPoints.AlertingAlertingRuleAction, PluginExtensionPoints.AlertInstanceAction],
    'Incidents of the service that this alert is about',
    placeOfAlert
  ),
];
