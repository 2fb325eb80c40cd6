declare module '*/components/PluginPage.mjs' {
  import { type PluginPageType } from '@grafana/runtime';

  /** Which component frames a plugin's page; @grafana/runtime exports it to Grafana itself only. */
  export function setPluginPage(component: PluginPageType): void;
}
