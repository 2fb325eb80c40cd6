/** What stands around a page: navigation, theme, role, and the plain word that this is not Grafana. */
import { css, cx } from '@emotion/css';
import { type GrafanaTheme2, type IconName, isIconName, locationUtil } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { Button, Combobox, ErrorBoundaryAlert, Icon, Stack, Text, TextLink, useStyles2 } from '@grafana/ui';
import { type ReactNode } from 'react';
import { useLocation } from 'react-router-dom';
import { actAs, type Boot, chooseMode, chosenMode } from './boot';
import { Toasts } from './Toasts';

interface Place {
  name: string;
  path: string;
  icon: IconName;
}

/** The app's pages from its plugin.json, then those of the preview itself. */
export function places(boot: Boot): Place[] {
  const app = boot.plugins.find((each) => each.type === 'app');
  const pages = (app?.meta.includes ?? []).flatMap((each) =>
    each.type === 'page' && each.addToNav && each.path && mayGo(boot.user.role, each.role)
      ? [{ name: each.name, path: each.path.replace('%PLUGIN_ID%', app?.id ?? ''), icon: iconOf(each.icon) }]
      : []
  );
  const dashboards = (app?.meta.includes ?? []).flatMap((each) =>
    each.type === 'dashboard' && each.path
      ? [{ name: each.name, path: `/d/${each.path.replace(/^.*\/|\.json$/g, '')}`, icon: 'dashboard' as const }]
      : []
  );
  return [
    ...pages,
    ...dashboards,
    { name: 'Explore', path: '/explore', icon: 'compass' },
    { name: 'Data source settings', path: '/datasource', icon: 'database' },
    { name: 'Plugin settings', path: '/plugins', icon: 'plug' },
  ];
}

const RANKS = ['None', 'Viewer', 'Editor', 'Admin'];

function mayGo(role: string, needed = 'Viewer'): boolean {
  return RANKS.indexOf(role) >= RANKS.indexOf(needed);
}

function iconOf(name: string | undefined): IconName {
  return name !== undefined && isIconName(name) ? name : 'apps';
}

export function Chrome({ boot, children }: { boot: Boot; children: ReactNode }) {
  const styles = useStyles2(getStyles);
  const { pathname } = useLocation();
  return (
    <div className={cx(styles.page, styles.slim)}>
      <header className={styles.banner}>
        <Text weight="medium">Preview host</Text>
        <Text color="secondary" variant="bodySmall">
          A stand-in for Grafana with the plugin’s real backend. To install it into Grafana, see{' '}
          <TextLink
            href={locationUtil.assureBaseUrl('/public/plugins/reliability-studio-app/README.md')}
            external
            inline
            variant="bodySmall"
          >
            the README
          </TextLink>
        </Text>
        <div className={styles.tools}>
          <Combobox
            aria-label="Role"
            width={14}
            options={boot.roles.map((value) => ({ value, label: value }))}
            value={boot.user.role}
            onChange={({ value }) => actAs(value, boot.user.orgId)}
          />
          <Button
            variant="secondary"
            fill="outline"
            onClick={() => {
              chooseMode(chosenMode() === 'dark' ? 'light' : 'dark');
              window.location.reload();
            }}
          >
            {chosenMode() === 'dark' ? 'Light theme' : 'Dark theme'}
          </Button>
        </div>
      </header>
      <nav className={styles.nav} aria-label="Main">
        <Stack direction="column" gap={0}>
          {places(boot).map((place) => (
            <a
              key={place.path}
              href={locationUtil.assureBaseUrl(place.path)}
              className={styles.place}
              title={place.name}
              aria-current={pathname.startsWith(place.path) ? 'page' : undefined}
              onClick={(event) => {
                event.preventDefault();
                locationService.push(place.path);
              }}
            >
              <Icon name={place.icon} /> <span>{place.name}</span>
            </a>
          ))}
        </Stack>
      </nav>
      <main className={styles.main}>
        <ErrorBoundaryAlert dependencies={[pathname]}>{children}</ErrorBoundaryAlert>
      </main>
      <Toasts />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({
    display: 'grid',
    gridTemplate: '"banner banner" auto "nav main" 1fr / 220px minmax(0, 1fr)',
    height: '100vh',
    background: theme.colors.background.canvas,
    color: theme.colors.text.primary,
  }),
  banner: css({
    gridArea: 'banner',
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(2),
    padding: theme.spacing(0.5, 2),
    borderBottom: `1px solid ${theme.colors.border.weak}`,
    background: theme.colors.background.primary,
  }),
  tools: css({ marginLeft: 'auto', display: 'flex', gap: theme.spacing(1) }),
  nav: css({
    gridArea: 'nav',
    overflowY: 'auto',
    padding: theme.spacing(1),
    borderRight: `1px solid ${theme.colors.border.weak}`,
    background: theme.colors.background.primary,
  }),
  place: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    padding: theme.spacing(0.75, 1),
    borderRadius: theme.shape.radius.default,
    color: theme.colors.text.secondary,
    '&:hover': { background: theme.colors.action.hover },
    '&[aria-current]': { background: theme.colors.action.selected, color: theme.colors.text.primary },
  }),
  // Where there is little room the names give way to what the page shows; they stay for those who hear it.
  slim: css({
    [theme.breakpoints.down('xl')]: {
      gridTemplateColumns: '52px minmax(0, 1fr)',
      [`nav span`]: { position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)' },
    },
  }),
  main: css({ gridArea: 'main', overflow: 'auto', position: 'relative' }),
});
