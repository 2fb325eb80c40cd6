/** What was promised before, who changed it and when; asked for when somebody looks. */
import { t } from '@grafana/i18n';
import { Button, Stack, Text } from '@grafana/ui';
import { useInfiniteQuery } from '@tanstack/react-query';
import { sloChangesQuery } from '../../api/sloChanges';
import { type SloChangeShape, type SloFieldChangeShape, type SloShape } from '../../api/types.gen';
import { Disclosure } from '../../components/Disclosure';
import { Moment } from '../../components/Moment';
import { PlainTable } from '../../components/PlainTable';
import { LoadingState, StateView } from '../../components/StateView';
import { fieldText } from './words';

export function SloChanges({ slo }: { slo: SloShape }) {
  return (
    <Disclosure label={t('slo.changes', 'What was promised before')}>
      <Changes id={slo.id} />
    </Disclosure>
  );
}

function Changes({ id }: { id: string }) {
  const changes = useInfiniteQuery(sloChangesQuery(id));
  return (
    <StateView
      query={{ ...changes, data: changes.data?.pages.flatMap((page) => page.items) }}
      loading={<LoadingState lines={2} />}
      isEmpty={(items) => items.length === 0}
      empty={<Text color="secondary">{t('slo.changes-none', 'Nothing is known of earlier promises.')}</Text>}
    >
      {(items) => (
        <Stack direction="column" gap={1}>
          <PlainTable
            label={t('slo.changes', 'What was promised before')}
            head={[t('slo.changes-at', 'When'), t('slo.changes-by', 'Who'), t('slo.changes-what', 'What')]}
            rows={items.map((each) => ({
              key: each.at,
              cells: [<Moment key="at" at={each.at} />, each.by, <What key="what" change={each} />],
            }))}
          />
          {changes.hasNextPage && (
            <div>
              <Button
                size="sm"
                variant="secondary"
                disabled={changes.isFetchingNextPage}
                onClick={() => void changes.fetchNextPage()}
              >
                {t('slo.changes-older', 'Older')}
              </Button>
            </div>
          )}
        </Stack>
      )}
    </StateView>
  );
}

function What({ change }: { change: SloChangeShape }) {
  return (
    <Stack direction="column" gap={0.5}>
      {change.created && <Text color="secondary">{t('slo.changes-created', 'It was created.')}</Text>}
      {change.fields.map((each) => (
        <Field key={each.field} change={each} />
      ))}
      {change.fields.length === 0 && !change.created && (
        <Text color="secondary">{t('slo.changes-same', 'It was saved as it was.')}</Text>
      )}
    </Stack>
  );
}

function Field({ change: { field, before, after } }: { change: SloFieldChangeShape }) {
  const none = t('slo.changes-empty', 'nothing');
  const shown = (value: string) => (field === 'objective' && value ? `${value}%` : value || none);
  return (
    <span>
      <Text weight="medium">{fieldText(field)}</Text>: {before && `${shown(before)} → `}
      {shown(after)}
    </span>
  );
}
