/** Alerts that windows kept from opening an incident, newest first. */
import { t } from '@grafana/i18n';
import { Button, Stack, Text } from '@grafana/ui';
import { useHeldBack } from '../../../api/maintenance';
import { Moment } from '../../../components/Moment';
import { PlainTable } from '../../../components/PlainTable';
import { StateView } from '../../../components/StateView';

export function HeldBack() {
  const held = useHeldBack();
  const title = t('held.title', 'Held back');
  return (
    <section>
      <Text element="h3" variant="h5">
        {title}
      </Text>
      <StateView
        query={held}
        isEmpty={(data) => data.pages.every((page) => page.items.length === 0)}
        empty={<Text color="secondary">{t('held.none', 'No alert is held back by a maintenance window.')}</Text>}
      >
        {(data) => (
          <Stack direction="column" gap={1}>
            <PlainTable
              label={title}
              head={[
                t('held.alert', 'Alert'),
                t('held.service', 'Service'),
                t('held.started', 'Started'),
                t('held.ended', 'Ended'),
                t('held.why', 'Why'),
              ]}
              rows={data.pages
                .flatMap((page) => page.items)
                .map((alert) => ({
                  key: String(alert.id),
                  cells: [
                    alert.name,
                    alert.labels.service ?? '–',
                    <Moment key="start" at={alert.startsAt} />,
                    alert.firing ? t('held.fires', 'still fires') : <Moment key="end" at={alert.endsAt} />,
                    alert.reasonText,
                  ],
                }))}
            />
            {held.hasNextPage && (
              <div>
                <Button
                  variant="secondary"
                  disabled={held.isFetchingNextPage}
                  onClick={() => void held.fetchNextPage()}
                >
                  {t('held.older', 'Older')}
                </Button>
              </div>
            )}
          </Stack>
        )}
      </StateView>
    </section>
  );
}
