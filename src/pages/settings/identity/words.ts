/** What the parts of a rule about which alerts are one are called. */
import { t } from '@grafana/i18n';
import { type AlertSource, type IdentityRuleShape, type Sameness } from '../../../api/types.gen';

/** Whose alerts rules may take for one. */
export const SENDERS: readonly AlertSource[] = ['alertmanager', 'grafana', 'generic', 'prometheus'];

export function samenessText(how: Sameness): string {
  switch (how) {
    case 'ignore':
      return t('identity.how-ignore', 'all labels but these');
    case 'identify_by':
      return t('identity.how-identify', 'these labels');
  }
}

export function senderText(source: AlertSource | null | undefined, integration = ''): string {
  if (integration !== '') {
    return t('identity.sender-one', 'JSON sender {{- name}}', { name: integration });
  }
  switch (source) {
    case 'alertmanager':
      return 'Alertmanager';
    case 'grafana':
      return 'Grafana';
    case 'prometheus':
      return 'Prometheus';
    case 'generic':
      return t('identity.sender-generic', 'all senders of JSON');
    default:
      return t('identity.sender-any', 'every sender');
  }
}

/** What a rule does, in a few words. */
export function ruleText({ how, labels }: Pick<IdentityRuleShape, 'how' | 'labels'>): string {
  const names = labels.join(', ');
  return how === 'ignore'
    ? t('identity.does-ignore', 'alike but for {{- names}}', { names })
    : t('identity.does-identify', 'alike in {{- names}}', { names });
}
