/** What the parts of a rule are called. */
import { t } from '@grafana/i18n';
import { type AutoResolve, type RuleShape } from '../../../api/types.gen';
import { formatSeconds } from '../../../lib/duration';

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

/** What becomes of the alerts that a rule covers, in one line. */
export function actionText({ action, parents, groupBy, windowSeconds, autoResolve }: RuleShape): string {
  switch (action) {
    case 'set_aside':
      return t('rules.set-aside', 'kept, without an incident');
    case 'candidate':
      return t('rules.candidate', 'joins an open incident, else waits for a person to declare one');
    case 'suppress':
      return t('rules.suppress', 'waits while {{- parents}} has an open incident', {
        parents: parents.join(', ') || t('rules.any-parent', 'what it depends on'),
      });
    default:
      return t('rules.groups', 'grouped by {{- labels}} within {{- window}}; {{- resolve}}', {
        labels: groupBy.join(', ') || t('rules.by-service', 'service'),
        window: formatSeconds(windowSeconds),
        resolve: autoResolveText(autoResolve),
      });
  }
}
