/** Entry of the app plugin: names its parts and loads each when it is asked for. */
import { AppPlugin, type AppPluginMeta, type AppRootProps, type PluginConfigPageProps } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { LoadingPlaceholder } from '@grafana/ui';
import { lazy, Suspense } from 'react';
import { PLUGIN_ID } from './constants';
import { addExtensions } from './extensions/register';

const App = lazy(async () => {
  await initPluginTranslations(PLUGIN_ID);
  return import('./App');
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
  return (
    <Suspense fallback={<LoadingPlaceholder text="" />}>
      <App />
    </Suspense>
  );
}

const sources = {
  id: 'sources',
  title: 'Sources',
  icon: 'cog' as const,
  body: Configuration,
};

export const plugin = addExtensions(new AppPlugin().setRootPage(Root).addConfigPage(sources));
