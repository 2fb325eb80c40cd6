/** What Grafana's server tells a page before any of its code runs, from the stand-in host's own route. */

export interface BootPlugin {
  id: string;
  type: 'app' | 'datasource' | 'panel';
  name: string;
  version: string;
  module: string;
  meta: PluginMetaFile;
}

/** plugin.json, as far as the preview reads it. */
export interface PluginMetaFile {
  includes?: Array<{ type: string; name: string; path?: string; role?: string; icon?: string; addToNav?: boolean }>;
  info?: { logos?: { small?: string } };
}

export interface BootSource {
  uid: string;
  name: string;
  type: string;
  id: number;
  jsonData: Record<string, unknown>;
}

export interface Boot {
  user: { login: string; name: string; role: string; orgId: number };
  roles: string[];
  plugins: BootPlugin[];
  datasources: BootSource[];
}

export type Mode = 'dark' | 'light';

const MODE = 'preview_mode';

/** Which theme the person chose; the system's while nobody did. */
export function chosenMode(): Mode {
  const asked = new URLSearchParams(window.location.search).get('theme') ?? window.localStorage.getItem(MODE);
  if (asked === 'dark' || asked === 'light') {
    return asked;
  }
  return window.matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
}

export function chooseMode(mode: Mode): void {
  window.localStorage.setItem(MODE, mode);
}

/** Another role or organisation: the host reads it from a cookie with each call. */
export function actAs(role: string, orgId: number): void {
  document.cookie = `preview_acting=${role}:${orgId}; path=/; samesite=strict`;
  window.location.reload();
}

/** The path that the host is served under, as Grafana writes it: empty, or `/grafana`. */
function subPath(): string {
  return new URL(document.baseURI).pathname.replace(/\/$/, '');
}

export async function boot(): Promise<Boot> {
  const answer = await fetch(new URL('api/preview', document.baseURI));
  if (!answer.ok) {
    document.body.textContent = 'This session has ended. Start the preview again for a new one-time link.';
    throw new Error(`the preview host answered ${answer.status}`);
  }
  const data: Boot = await answer.json();
  const mode = chosenMode();
  Object.assign(window, {
    __grafana_public_path__: `${subPath()}/preview/public/`,
    grafanaBootData: {
      user: {
        ...data.user,
        id: 1,
        isSignedIn: true,
        orgRole: data.user.role,
        isGrafanaAdmin: false,
        timezone: 'browser',
        weekStart: 'browser',
        language: 'en-US',
        regionalFormat: 'en-US',
        theme: mode,
        lightTheme: mode === 'light',
        permissions: {},
      },
      settings: {
        appUrl: `${window.location.origin}${subPath()}/`,
        appSubUrl: subPath(),
        buildInfo: { version: '13.2.2', edition: 'Open Source', env: 'production' },
        featureToggles: {},
        datasources: named(data.datasources, ({ name }) => name),
        panels: {},
        apps: named(
          data.plugins.filter(({ type }) => type === 'app'),
          ({ id }) => id
        ),
        liveEnabled: true,
        namespace: data.user.orgId === 1 ? 'default' : `org-${data.user.orgId}`,
      },
      navTree: [],
    },
  });
  return data;
}

/** As Grafana's configuration lists things. */
function named<T>(items: readonly T[], nameOf: (item: T) => string): Record<string, T> {
  return Object.fromEntries(items.map((each) => [nameOf(each), each]));
}
