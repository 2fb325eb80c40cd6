/** Puts the services in place, then the page. */
import { ThemeContext } from '@grafana/data';
import { config, locationService, LocationServiceProvider, setPluginPage } from './runtime';
import { GlobalStyles, ModalRoot, ModalsProvider, PortalContainer } from '@grafana/ui';
import { createRoot } from 'react-dom/client';
import { Navigate, Route, Routes } from 'react-router-dom';
import { AppRoute } from './AppRoute';
import { type Boot } from './boot';
import { Chrome } from './Chrome';
import { DashboardRoute } from './DashboardRoute';
import { ExploreRoute } from './ExploreRoute';
import { HostRouter } from './HostRouter';
import { PluginRoute } from './PluginRoute';
import { previewPageOf } from './PreviewPage';
import { installServices, pluginOf } from './services';
import { SourceRoute } from './SourceRoute';

export async function start(boot: Boot): Promise<void> {
  installServices(boot);
  // As Grafana does for an app that is asked for by its address: its code comes before the frame is drawn.
  const [, app] = /^\/a\/([^/]+)/.exec(locationService.getLocation().pathname) ?? [];
  if (app !== undefined) {
    // A failure is told where the app would be.
    void pluginOf(boot, app).catch(() => undefined);
  }
  setPluginPage(previewPageOf(boot));
  const root = document.getElementById('root');
  if (root) {
    createRoot(root).render(<Preview boot={boot} />);
  }
}

function Preview({ boot }: { boot: Boot }) {
  const app = boot.plugins.find((each) => each.type === 'app')?.id ?? '';
  return (
    <ThemeContext.Provider value={config.theme2}>
      <LocationServiceProvider service={locationService}>
        <GlobalStyles />
        {/* eslint-disable-next-line @typescript-eslint/no-deprecated -- Grafana's own is not published */}
        <ModalsProvider>
          <HostRouter>
            <Chrome boot={boot}>
              <Routes>
                <Route path="/a/:pluginId/*" element={<AppRoute boot={boot} />} />
                <Route path="/d/:name" element={<DashboardRoute />} />
                <Route path="/explore" element={<ExploreRoute />} />
                <Route path="/datasource" element={<SourceRoute />} />
                <Route path="/plugins/*" element={<PluginRoute boot={boot} id={app} />} />
                <Route path="*" element={<Navigate to={`/a/${app}/incidents`} replace />} />
              </Routes>
            </Chrome>
            <ModalRoot />
            <PortalContainer />
          </HostRouter>
        </ModalsProvider>
      </LocationServiceProvider>
    </ThemeContext.Provider>
  );
}
