/**
 * Addresses within Grafana, for plain links.
 *
 * A Grafana behind a proxy is served under a path (`root_url`). Its router and `navigate` take addresses without it
 * and `TextLink` takes both; a `LinkButton`, a `Tab` and whatever else ends as a plain `href` needs it, or a new tab
 * and a copied link would lead past Grafana.
 */
import { locationUtil } from '@grafana/data';

/** @param address begins with a slash; one that leads elsewhere stays as it is. */
export function hrefOf(address: string): string {
  return locationUtil.assureBaseUrl(address);
}
