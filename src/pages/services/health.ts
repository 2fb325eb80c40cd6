/** How a service stands and why: open incidents make its health; SLOs and what it calls move only its score. */
import { t } from '@grafana/i18n';
import { type ServiceShape } from '../../api/types.gen';
import { type Health, HEALTHS } from '../../components/HealthBadge';
import { oneOf } from '../../lib/guards';

export function healthOf(service: ServiceShape): Health {
  return oneOf(service.health, HEALTHS, 'healthy');
}

/** In a line, what its health rests on; empty where nothing takes points away. */
export function whyOf(service: ServiceShape): string {
  const [worst] = service.scoreParts;
  if (healthOf(service) !== 'healthy') {
    // Parts are sorted by their points: the first one of an incident is that of the worst.
    return (service.scoreParts.find(({ kind }) => kind === 'incident') ?? worst)?.text ?? '';
  }
  if (worst) {
    return t('services.why-healthy', 'no incident; {{- what}}', { what: worst.text });
  }
  return service.openIncidents.length > 0 ? t('services.why-drill', 'only exercises are open') : '';
}
