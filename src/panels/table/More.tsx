/** What a panel left out, and where all of it is. */
import { t } from '@grafana/i18n';
import { TextLink } from '@grafana/ui';

export function More({ count, href }: { count: number; href: string }) {
  return count > 0 ? (
    <TextLink href={href} variant="bodySmall" inline={false}>
      {t('panel.more', '{{- count}} more in Reliability Studio', { count })}
    </TextLink>
  ) : null;
}
