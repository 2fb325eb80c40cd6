/** Which of the incident's services a tab shows; the choice is in the address. */
import { t } from '@grafana/i18n';
import { RadioButtonGroup } from '@grafana/ui';
import { useSearchParams } from 'react-router-dom';
import { type IncidentDetailShape } from '../../../api/types.gen';
import { UNASSIGNED } from '../../../components/ServiceLink';

export function servicesOf(incident: IncidentDetailShape): string[] {
  return [...new Set([incident.service, ...incident.services])].filter((each) => each && each !== UNASSIGNED);
}

/** The chosen service (empty: the incident names none), and the buttons to choose another. */
export function useServiceChoice(incident: IncidentDetailShape) {
  const [query, setQuery] = useSearchParams();
  const services = servicesOf(incident);
  const wanted = query.get('service') ?? '';
  const service = services.includes(wanted) ? wanted : (services[0] ?? '');
  const choose = (value: string) =>
    setQuery(
      (before) => {
        const next = new URLSearchParams(before);
        next.set('service', value);
        return next;
      },
      { replace: true }
    );
  const choice = services.length > 1 && (
    <RadioButtonGroup
      aria-label={t('service-choice', 'Service')}
      options={services.map((value) => ({ value, label: value }))}
      value={service}
      onChange={choose}
    />
  );
  return { service, choice };
}
