/** @grafana/runtime with the one setter that it keeps for Grafana itself. */
export * from '@grafana/runtime';
export { setPluginPage } from '../node_modules/@grafana/runtime/dist/esm/components/PluginPage.mjs';
