/** What the parts of a rule are called. */
import { t } from '@grafana/i18n';
import { type AutoResolve } from '../../../api/types.gen';

export function autoResolveText(policy: AutoResolve): string {
  switch (policy) {
    case 'all_resolved':
      return t('rules.resolve-all', 'resolves when all alerts are resolved');
    case 'first_resolved':
      return t('rules.resolve-first', 'resolves with the first resolved alert');
    case 'last_resolved':
      return t('rules.resolve-last', 'resolves when the newest alert is resolved');
    case 'never':
      return t('rules.resolve-never', 'resolved by people only');
  }
}
