/** Entry of the app plugin: names its parts and loads each when it is asked for. */
import { AppPlugin, type AppPluginMeta, type AppRootProps, type PluginConfigPageProps } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { LoadingPlaceholder } from '@grafana/ui';
import { lazy, Suspense } from 'react';
import { PLUGIN_ID } from './constants';
import { addExtensions } from './extensions/register';
import { whenLoaded } from './lib/whenLoaded';
import { pageAt } from './routes';

/** The app, its texts and the page that is asked for, side by side. */
const App = whenLoaded(async () => {
  const page = pageAt(window.location.pathname);
  // A page that does not come is told where it stands, inside the app.
  const [app] = await Promise.all([import('./App'), initPluginTranslations(PLUGIN_ID), page?.load().catch(() => null)]);
  return app;
});

const ConfigPage = lazy(async () => {
  await initPluginTranslations(PLUGIN_ID);
  return import('./pages/settings/ConfigPage');
});

function Configuration(props: PluginConfigPageProps<AppPluginMeta>) {
  return (
    <Suspense fallback={<LoadingPlaceholder text="" />}>
      <ConfigPage {...props} />
    </Suspense>
  );
}

function Root(_props: AppRootProps) {
  return <App waiting={<LoadingPlaceholder text="" />} />;
}

const sources = {
  id: 'sources',
  title: 'Sources',
  icon: 'cog' as const,
  body: Configuration,
};

if (pageAt(window.location.pathname)) {
  // Grafana draws its own frame first; what is asked for is fetched meanwhile. A failure is told by the root.
  App.load().catch(() => undefined);
}

export const plugin = addExtensions(new AppPlugin().setRootPage(Root).addConfigPage(sources));
