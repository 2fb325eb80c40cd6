/** Names of what corrections say. */
import { t } from '@grafana/i18n';
import { type Category, type SloCorrectionShape } from '../../../api/types.gen';
import { repeatOf, WEEKDAYS } from './form';

export const CATEGORIES: readonly Category[] = ['maintenance', 'deployment', 'provider', 'outside_hours', 'other'];

export function categoryText(category: Category): string {
  const texts: Record<Category, string> = {
    maintenance: t('corrections.maintenance', 'Maintenance'),
    deployment: t('corrections.deployment', 'Deployment'),
    provider: t('corrections.provider', 'Fault of a provider'),
    outside_hours: t('corrections.outside', 'Outside of service hours'),
    other: t('corrections.other', 'Something else'),
  };
  return texts[category];
}

/** Which SLOs a correction is about. */
export function reachText({ everything, sloIds, services, labels }: SloCorrectionShape, here: string): string {
  if (everything) {
    return t('corrections.everything', 'All SLOs');
  }
  const parts = [
    ...(sloIds.length === 1 && sloIds[0] === here ? [t('corrections.this', 'This SLO')] : []),
    ...(sloIds.length > 1 ? [t('corrections.some', '{{- number}} SLOs', { number: sloIds.length })] : []),
    ...services.map((service) => t('corrections.of-service', 'SLOs of {{- service}}', { service })),
    ...Object.entries(labels).map(([name, value]) => `${name}=${value}`),
  ];
  return parts.join(', ');
}

/** When such time comes again; a rule that these words do not know is told as it is written. */
export function repeatText(recurrence: string, zone: string): string {
  const { repeat, days } = repeatOf(recurrence);
  const on = WEEKDAYS.flatMap((day, at) => (days.includes(day) ? [weekdayText(at)] : [])).join(', ');
  const texts = {
    once: '',
    DAILY: t('corrections.again-daily', 'again every day ({{- zone}})', { zone }),
    WEEKLY: on
      ? t('corrections.again-weekly-on', 'again every week on {{- days}} ({{- zone}})', { days: on, zone })
      : t('corrections.again-weekly', 'again every week ({{- zone}})', { zone }),
    MONTHLY: t('corrections.again-monthly', 'again every month ({{- zone}})', { zone }),
    kept: t('corrections.repeats', 'again by {{- rule}} ({{- zone}})', { rule: recurrence, zone }),
  };
  return texts[repeat];
}

/** A day of the week, from Monday; 1 January 2024 was one. */
export function weekdayText(at: number): string {
  return new Intl.DateTimeFormat(undefined, { weekday: 'short', timeZone: 'UTC' }).format(Date.UTC(2024, 0, 1 + at));
}
