/**
 * Which page stands at which address, and how its code comes.
 *
 * The entry knows this list too: the page that is asked for is fetched beside the app's own code, not after it.
 */
import { matchRoutes } from 'react-router-dom';
import { APP_BASE, ROUTES } from './constants';
import { type Loadable, whenLoaded } from './lib/whenLoaded';

const SloEditorPage = whenLoaded(() => import('./pages/slos/SloEditorPage'));

export const PAGES: ReadonlyArray<{ path: string; Page: Loadable }> = [
  { path: ROUTES.incidents, Page: whenLoaded(() => import('./pages/incidents/IncidentListPage')) },
  { path: `${ROUTES.incident}/*`, Page: whenLoaded(() => import('./pages/incidents/IncidentPage')) },
  { path: ROUTES.alerts, Page: whenLoaded(() => import('./pages/alerts/AlertListPage')) },
  { path: ROUTES.slos, Page: whenLoaded(() => import('./pages/slos/SloListPage')) },
  { path: ROUTES.newSlo, Page: SloEditorPage },
  { path: ROUTES.editSlo, Page: SloEditorPage },
  { path: ROUTES.slo, Page: whenLoaded(() => import('./pages/slos/SloPage')) },
  { path: `${ROUTES.services}/*`, Page: whenLoaded(() => import('./pages/services/ServiceListPage')) },
  { path: `${ROUTES.service}/*`, Page: whenLoaded(() => import('./pages/services/ServicePage')) },
  { path: ROUTES.status, Page: whenLoaded(() => import('./pages/status/StatusPage')) },
  { path: ROUTES.insights, Page: whenLoaded(() => import('./pages/insights/InsightsPage')) },
  { path: `${ROUTES.settings}/*`, Page: whenLoaded(() => import('./pages/settings/SettingsPage')) },
];

/** The page of an address in the browser; undefined outside the app. */
export function pageAt(pathname: string): Loadable | undefined {
  const [, below] = pathname.split(APP_BASE, 2);
  const routes = PAGES.map(({ path, Page }) => ({ path, handle: Page }));
  return below === undefined ? undefined : matchRoutes(routes, below || '/')?.at(-1)?.route.handle;
}
