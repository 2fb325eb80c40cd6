/** The name of a service, leading to its page. */
import { t } from '@grafana/i18n';
import { Text } from '@grafana/ui';
import { pageUrl, ROUTES } from '../constants';
import { PageLink } from './PageLink';

/** What the backend calls a service that nobody named. */
export const UNASSIGNED = 'unassigned';

export function ServiceLink({ name }: { name: string }) {
  if (!name || name === UNASSIGNED) {
    return <Text color="secondary">{t('service.none', 'no service')}</Text>;
  }
  return <PageLink to={pageUrl(ROUTES.services, name)}>{name}</PageLink>;
}
