/** Addresses as systems outside of Grafana use them. */
import { config } from '@grafana/runtime';
import { RESOURCES } from '../constants';

/** The whole address of a path below the app's resources. */
export function outsideUrl(path: string): string {
  const base = config.appUrl || `${window.location.origin}/`;
  return new URL(`${RESOURCES}/${path}`.replace(/^\//, ''), base).href;
}
