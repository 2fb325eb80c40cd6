/** The time zone that the person chose in Grafana. */
import { getTimeZone, getZone } from '@grafana/data';

/** By its IANA name, which the backend knows. */
export function zoneName(): string {
  const zone = getTimeZone();
  if (zone === 'utc') {
    return 'UTC';
  }
  return getZone(zone)?.name ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}
