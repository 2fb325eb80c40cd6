/** Follow-ups that nobody has done yet. */
import { t } from '@grafana/i18n';
import { Badge, Stack, Text } from '@grafana/ui';

export function FollowUps({ open, overdue }: { open: number; overdue: number }) {
  const title = t('insights.follow-ups', 'Follow-ups');
  return (
    <section aria-label={title}>
      <Stack direction="column" gap={1}>
        <Text element="h3" variant="h5">
          {title}
        </Text>
        <Text>{t('insights.follow-ups-open', '{{- open}} open', { open })}</Text>
        {overdue > 0 ? (
          <Badge
            color="red"
            icon="exclamation-triangle"
            text={t('insights.follow-ups-overdue', '{{- overdue}} overdue', { overdue })}
          />
        ) : (
          <Text color="secondary">{t('insights.follow-ups-none-overdue', 'none is overdue')}</Text>
        )}
      </Stack>
    </section>
  );
}
