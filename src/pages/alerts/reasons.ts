/** Why an alert is where it is, in words; the keys are those of the API. */
import { t } from '@grafana/i18n';

/** Reasons of alerts that belong to no incident: the ones that a person may want to look through. */
export function reasonOptions(): Array<{ value: string; label: string }> {
  return [
    { value: '', label: t('reasons.any', 'Any') },
    { value: 'candidate', label: t('reasons.candidate', 'Waiting for a person') },
    { value: 'suppressed', label: t('reasons.suppressed', 'Waiting for a parent’s incident') },
    { value: 'maintenance', label: t('reasons.maintenance', 'Held back by maintenance') },
    { value: 'set_aside', label: t('reasons.set-aside', 'Set aside by a rule') },
    { value: 'monitoring', label: t('reasons.monitoring', 'About monitoring itself') },
    { value: 'heartbeat', label: t('reasons.heartbeat', 'Always firing') },
    { value: 'resolved_unknown', label: t('reasons.resolved-unknown', 'Over before anybody heard') },
  ];
}
