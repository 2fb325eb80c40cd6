/** What rules have asked about an alert when it came in, each with its answer. */
import { t } from '@grafana/i18n';
import { Stack, Text } from '@grafana/ui';
import { useAlertQuestions } from '../../api/enrichments';
import { Moment } from '../../components/Moment';
import { Reading } from '../../components/Reading';
import { StateView } from '../../components/StateView';

export function AlertQuestions({ alert }: { alert: number }) {
  const questions = useAlertQuestions(alert);
  return (
    <StateView
      query={questions}
      isEmpty={(items) => items.length === 0}
      empty={<Text color="secondary">{t('asked.none', 'No rule has anything asked about it.')}</Text>}
    >
      {(items) => (
        <Stack direction="column" gap={2}>
          {items.map(({ id, title, about, reading }) => (
            <section key={id} aria-label={title}>
              <Text element="h4" variant="h6">
                {title}
              </Text>
              <Text element="p" variant="bodySmall" color="secondary">
                {t('asked.about', 'As it was at')} <Moment at={about} />
              </Text>
              <Reading reading={reading} />
            </section>
          ))}
        </Stack>
      )}
    </StateView>
  );
}
