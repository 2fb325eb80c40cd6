/** What the signed-in person may do; the backend checks again on every route. */
import { config } from '@grafana/runtime';

export interface Person {
  login: string;
  name: string;
  canEdit: boolean;
  isAdmin: boolean;
}

/** The person as Grafana booted the page for. */
export function signedIn(): Person {
  const user = config.bootData.user;
  const isAdmin = user.orgRole === 'Admin' || user.isGrafanaAdmin;
  return { login: user.login, name: user.name, canEdit: isAdmin || user.orgRole === 'Editor', isAdmin };
}
