/** Names of what corrections say. */
import { t } from '@grafana/i18n';
import { type Category, type SloCorrectionShape } from '../../../api/types.gen';

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
