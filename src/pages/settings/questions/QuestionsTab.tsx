/** What is asked of Prometheus and Loki when an alert comes in: rules in their order. */
import { t } from '@grafana/i18n';
import { Badge, Stack } from '@grafana/ui';
import { useState } from 'react';
import { useDeleteEnrichment, useEnrichmentRules } from '../../../api/enrichments';
import { type EnrichmentShape } from '../../../api/types.gen';
import { matchersText } from '../../../components/MatchersField';
import { PlainTable } from '../../../components/PlainTable';
import { NothingState, StateView } from '../../../components/StateView';
import { signedIn } from '../../../lib/role';
import { ListHead } from '../ListHead';
import { RowButtons } from '../RowButtons';
import { RowName } from '../RowName';
import { QuestionDrawer } from './QuestionDrawer';
import { askedText } from './words';

export function QuestionsTab() {
  const rules = useEnrichmentRules();
  const remove = useDeleteEnrichment();
  const { canEdit } = signedIn();
  const [edited, setEdited] = useState<EnrichmentShape | 'new' | null>(null);
  return (
    <Stack direction="column" gap={2}>
      <ListHead
        {...(canEdit && { add: { label: t('questions.add', 'Add a question'), onClick: () => setEdited('new') } })}
      >
        {t(
          'questions.hint',
          'A few seconds after an alert came in, its questions are asked; the answers stand by the alert and in the incident’s timeline. Of one alert the first five are asked.'
        )}
      </ListHead>
      <StateView
        query={rules}
        isEmpty={(items) => items.length === 0}
        empty={
          <NothingState message={t('questions.none', 'Nothing is asked when an alert comes in')}>
            {t('questions.none-hint', 'Write down what you would look up first: the errors of each pod, say.')}
          </NothingState>
        }
      >
        {(items) => (
          <PlainTable
            label={t('questions.table', 'Questions')}
            head={[
              t('questions.question', 'Question'),
              t('questions.covers', 'Alerts with'),
              t('questions.asks', 'Asks'),
              t('questions.query', 'Query'),
              t('questions.order', 'Order'),
              ...(canEdit ? [''] : []),
            ]}
            rows={items.map((each) => ({
              key: each.id,
              cells: [
                <RowName key="name" name={each.title} about="">
                  {!each.enabled && <Badge color="orange" text={t('questions.off', 'switched off')} />}
                </RowName>,
                <code key="covers">{matchersText(each.matchers)}</code>,
                askedText(each.source),
                <code key="query">{each.query}</code>,
                each.position,
                ...(canEdit
                  ? [
                      <RowButtons
                        key="do"
                        name={each.title}
                        onEdit={() => setEdited(each)}
                        onDelete={() => remove.mutate(each.id)}
                      />,
                    ]
                  : []),
              ],
            }))}
          />
        )}
      </StateView>
      {edited && <QuestionDrawer rule={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />}
    </Stack>
  );
}
