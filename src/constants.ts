/** Identity of the plugin and its addresses inside Grafana; written here once. */
export const PLUGIN_ID = 'reliability-studio-app';
export const DATASOURCE_ID = 'reliability-studio-datasource';

/** Where the app's pages live. */
export const APP_BASE = `/a/${PLUGIN_ID}`;

/** Where the backend's resources live. */
export const RESOURCES = `/api/plugins/${PLUGIN_ID}/resources`;

export const ROUTES = {
  incidents: 'incidents',
  incident: 'incidents/:id',
  alerts: 'alerts',
  slos: 'slos',
  slo: 'slos/:id',
  newSlo: 'slos/new',
  editSlo: 'slos/:id/edit',
  services: 'services',
  service: 'services/:name',
  status: 'status',
  insights: 'insights',
  settings: 'settings',
} as const;

/** Address of a page of the app, with its foreign parts escaped: `pageUrl('slos', id, 'edit')`. */
export function pageUrl(...parts: string[]): string {
  return [APP_BASE, ...parts.map(encodeURIComponent)].join('/');
}
