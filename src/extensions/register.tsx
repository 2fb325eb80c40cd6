/* eslint-disable @grafana/i18n/no-untranslated-strings -- titles are compared with those of plugin.json */
/** What the app gives to other places of Grafana; the code of each part is loaded when it is shown. */
import { type AppPlugin } from '@grafana/data';
import { lazy, Suspense } from 'react';
import { PLUGIN_ID } from '../constants';
import type { IncidentsForServiceProps } from './IncidentsForService';
import { LINKS } from './links';

const Loaded = lazy(() => import('./IncidentsForService'));

function IncidentsForService(props: IncidentsForServiceProps) {
  return (
    <Suspense fallback={null}>
      <Loaded {...props} />
    </Suspense>
  );
}

export function addExtensions(plugin: AppPlugin): AppPlugin {
  LINKS.forEach((link) => plugin.addLink(link));
  return plugin.exposeComponent<IncidentsForServiceProps>({
    id: `${PLUGIN_ID}/incidents-for-service/v1`,
    title: 'Incidents of a service',
    description: 'Open incidents of one service, with severity and status',
    component: IncidentsForService,
  });
}
