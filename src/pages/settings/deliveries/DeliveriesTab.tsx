/** Messages to the outside, newest first: whom they went to, what failed and why, and sending one again. */
import { t } from '@grafana/i18n';
import { Button, Stack, Text } from '@grafana/ui';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';
import { type DeliveryFilter, useDeliveries } from '../../../api/deliveries';
import { NothingState, StateView } from '../../../components/StateView';
import { ListHead } from '../ListHead';
import { DeliveryFilters } from './DeliveryFilters';
import { DeliveryTable } from './DeliveryTable';
import { filterOf, queryOf } from './filterUrl';

export function DeliveriesTab() {
  const [query, setQuery] = useSearchParams();
  const filter = useMemo(() => filterOf(query), [query]);
  const deliveries = useDeliveries(filter);
  const filtered = filter.states.length > 0 || filter.target !== '' || filter.incident !== '';
  const change = (part: Partial<DeliveryFilter>) => setQuery(queryOf({ ...filter, ...part }), { replace: true });
  return (
    <Stack direction="column" gap={2}>
      <ListHead>
        {t(
          'deliveries.hint',
          'Each message is tried again for a while when its target does not take it. Targets are part of the plugin’s settings.'
        )}
      </ListHead>
      <DeliveryFilters filter={filter} onChange={change} />
      <StateView
        query={deliveries}
        isEmpty={(data) => data.pages.every((page) => page.items.length === 0)}
        empty={
          <NothingState
            filtered={filtered}
            message={
              filtered
                ? t('deliveries.none-such', 'No such message')
                : t('deliveries.none', 'Nothing was told to anybody yet')
            }
          >
            {filtered
              ? t('deliveries.none-such-hint', 'Choose less.')
              : t(
                  'deliveries.none-hint',
                  'Messages go out when incidents open, change and end, to the targets of the settings.'
                )}
          </NothingState>
        }
      >
        {(data) => (
          <>
            <Text color="secondary">
              {t('deliveries.total', '{{- count, number}} messages', {
                count: data.pages[0]?.total ?? 0,
                defaultValue_one: '{{- count}} message',
              })}
            </Text>
            <DeliveryTable deliveries={data.pages.flatMap((page) => page.items)} />
            {deliveries.hasNextPage && (
              <div>
                <Button
                  variant="secondary"
                  disabled={deliveries.isFetchingNextPage}
                  onClick={() => void deliveries.fetchNextPage()}
                >
                  {t('deliveries.older', 'Older')}
                </Button>
              </div>
            )}
          </>
        )}
      </StateView>
    </Stack>
  );
}
