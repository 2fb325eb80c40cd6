/** What is asked of Prometheus and Loki when an alert comes in: rules in their order. */
import { t } from '@grafana/i18n';
import { useDeleteEnrichment, useEnrichmentRules } from '../../../api/enrichments';
import { OrderedRules } from '../OrderedRules';
import { QuestionDrawer } from './QuestionDrawer';
import { askedText } from './words';

export function QuestionsTab() {
  const { mutate: remove } = useDeleteEnrichment();
  return (
    <OrderedRules
      rules={useEnrichmentRules()}
      nameOf={({ title }) => title}
      columns={[
        { head: t('questions.asks', 'Asks'), cell: ({ source }) => askedText(source) },
        { head: t('questions.query', 'Query'), cell: ({ query }) => <code>{query}</code> },
      ]}
      words={{
        hint: t(
          'questions.hint',
          'A few seconds after an alert came in, its questions are asked; the answers stand by the alert and in the incident’s timeline. Of one alert the first five are asked.'
        ),
        add: t('questions.add', 'Add a question'),
        table: t('questions.table', 'Questions'),
        rule: t('questions.question', 'Question'),
        none: t('questions.none', 'Nothing is asked when an alert comes in'),
        noneHint: t('questions.none-hint', 'Write down what you would look up first: the errors of each pod, say.'),
      }}
      onDelete={remove}
      drawer={(rule, close) => <QuestionDrawer rule={rule} onClose={close} />}
    />
  );
}
