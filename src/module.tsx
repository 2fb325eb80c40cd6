/** Entry of the app plugin: names its parts and loads each when it is asked for. */
import { AppPlugin, type AppRootProps } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { LoadingPlaceholder } from '@grafana/ui';
import { lazy, Suspense } from 'react';
import { PLUGIN_ID } from './constants';

const App = lazy(async () => {
  await initPluginTranslations(PLUGIN_ID);
  return import('./App');
});

function Root(_props: AppRootProps) {
  return (
    <Suspense fallback={<LoadingPlaceholder text="" />}>
      <App />
    </Suspense>
  );
}

export const plugin = new AppPlugin().setRootPage(Root);
