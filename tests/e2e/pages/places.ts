/** Every page of the plugin: where it is, and what shows that it is there. */
import { type Seeds } from '../support/seed';

/** Below the address of Grafana, which may have a path of its own. */
export const APP = 'a/reliability-studio-app';

export interface Place {
  /** Also the name of its screenshot. */
  name: string;
  path: string;
  /** Text of a heading, tab, field or panel that only this page has. */
  shows: RegExp;
  /** The page belongs to the stand-in host; a real Grafana has one of its own elsewhere. */
  host?: boolean;
}

const TABS = [
  'metrics',
  'logs',
  'traces',
  'kubernetes',
  'slos',
  'blast-radius',
  'tasks',
  'alerts',
  'similar',
  'post-incident',
];

export function places({ fired, slo, composite = slo, parent = fired }: Seeds, service: string): Place[] {
  const incident = `${APP}/incidents/${fired}`;
  const at = encodeURIComponent(service);
  return [
    { name: 'incidents', path: `${APP}/incidents`, shows: /What is wrong now/ },
    { name: 'incident', path: incident, shows: /^Timeline$/ },
    ...TABS.map((tab) => ({ name: `incident-${tab}`, path: `${incident}/${tab}`, shows: new RegExp(`^${fired}$`) })),
    { name: 'incident-parts', path: `${APP}/incidents/${parent}`, shows: /^Parts/ },
    { name: 'incidents-all', path: `${APP}/incidents?status=any`, shows: /incidents?$/ },
    { name: 'alerts', path: `${APP}/alerts`, shows: /^Alerts$/ },
    { name: 'slos', path: `${APP}/slos`, shows: /^New SLO$/ },
    { name: 'slos-report', path: `${APP}/slos?view=report`, shows: /^Report$/ },
    { name: 'slo', path: `${APP}/slos/${slo}`, shows: /^Over time$/ },
    { name: 'slo-composite', path: `${APP}/slos/${composite}`, shows: /^Over time$/ },
    { name: 'slo-composite-edit', path: `${APP}/slos/${composite}/edit`, shows: /What is promised/ },
    { name: 'slo-new', path: `${APP}/slos/new`, shows: /What is promised/ },
    { name: 'slo-edit', path: `${APP}/slos/${slo}/edit`, shows: /What is promised/ },
    { name: 'services', path: `${APP}/services`, shows: /Declare a service/ },
    { name: 'services-map', path: `${APP}/services?view=map`, shows: /Declare a service/ },
    { name: 'service', path: `${APP}/services/${at}`, shows: /^New SLO$/ },
    { name: 'status', path: `${APP}/status`, shows: /^As of/ },
    { name: 'status-public', path: `${APP}/status?audience=public`, shows: /Only incidents with a public comment/ },
    { name: 'insights', path: `${APP}/insights`, shows: /By severity/ },
    { name: 'settings-sources', path: `${APP}/settings/sources`, shows: /^Alertmanager$/ },
    { name: 'settings-rules', path: `${APP}/settings/rules`, shows: /rule/i },
    { name: 'settings-identity', path: `${APP}/settings/identity`, shows: /for new alerts only/ },
    { name: 'settings-questions', path: `${APP}/settings/questions`, shows: /its questions are asked/ },
    { name: 'settings-maintenance', path: `${APP}/settings/maintenance`, shows: /^Held back$/ },
    { name: 'settings-heartbeats', path: `${APP}/settings/heartbeats`, shows: /an incident opens/ },
    { name: 'settings-reminders', path: `${APP}/settings/reminders`, shows: /^Again after/ },
    { name: 'settings-forms', path: `${APP}/settings/forms`, shows: /^Custom fields$/ },
    { name: 'settings-checks', path: `${APP}/settings/checks`, shows: /^Was right$/ },
    { name: 'settings-deliveries', path: `${APP}/settings/deliveries`, shows: /is tried again for a while/ },
    { name: 'settings-integrations', path: `${APP}/settings/integrations`, shows: /webhooks\/alertmanager/ },
    { name: 'settings-people', path: `${APP}/settings/people`, shows: /^People$/ },
    { name: 'settings-audit', path: `${APP}/settings/audit`, shows: /^Audit log$/ },
    { name: 'dashboard-slo-overview', path: 'd/slo-overview', shows: /^budget left$/, host: true },
    { name: 'dashboard-slo-detail', path: 'd/slo-detail', shows: /^Bad events left$/, host: true },
    { name: 'dashboard-incident-insights', path: 'd/incident-insights', shows: /^INC-\d+ /, host: true },
    { name: 'dashboard-plugin-health', path: 'd/plugin-health', shows: /^Failed calls$/, host: true },
    { name: 'explore', path: 'explore', shows: /Run query/, host: true },
    { name: 'datasource', path: 'datasource', shows: /^Test$/, host: true },
    { name: 'plugin-settings', path: 'plugins/reliability-studio-app', shows: /^Sources$/, host: true },
  ];
}

/** The places' names, which tests need before there are seeds. */
export const PLACES = places({ fired: 'INC-1', ended: 'INC-2', slo: 'id' }, 'payments').map(({ name, host }) => ({
  name,
  host,
}));
