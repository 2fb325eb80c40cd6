/** What the parts of a rule are called. */
import { t } from '@grafana/i18n';
import { type AutoResolve, type MatcherShape } from '../../../api/types.gen';

/** Matchers as Prometheus spells them; a rule without any takes every alert. */
export function matchersText(matchers: readonly MatcherShape[]): string {
  return matchers.length > 0
    ? `{${matchers.map((each) => `${each.label}${each.operator}${JSON.stringify(each.value)}`).join(', ')}}`
    : t('rules.every-alert', 'every alert');
}

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
