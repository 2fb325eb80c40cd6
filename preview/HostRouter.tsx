/** The page's router on Grafana's location service, which plugins also move by themselves. */
import { locationUtil } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { type ReactNode, useEffect, useLayoutEffect, useState } from 'react';
import { type Location, Router } from 'react-router-dom';

export function HostRouter({ children }: { children: ReactNode }) {
  const history = locationService.getHistory();
  const [at, setAt] = useState<{ location: Location; action: string }>({
    location: history.location,
    action: history.action,
  });
  useLayoutEffect(() => history.listen((location: Location, action: string) => setAt({ location, action })), [history]);
  useEffect(() => {
    document.addEventListener('click', followInside);
    return () => document.removeEventListener('click', followInside);
  }, []);
  return (
    <Router location={at.location} navigationType={at.action as never} navigator={history as never}>
      {children}
    </Router>
  );
}

/** Plain links within the site do not load the page anew, as in Grafana. */
function followInside(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (!link || !plain || event.defaultPrevented || link.target || link.origin !== window.location.origin) {
    return;
  }
  const inside = locationUtil.stripBaseFromUrl(link.pathname);
  if (link.hasAttribute('download') || /^\/(api|public|login)\b/.test(inside)) {
    return;
  }
  event.preventDefault();
  locationService.push(`${inside}${link.search}${link.hash}`);
}
