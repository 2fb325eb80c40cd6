/** Every alert that came in and where it went: also those that opened no incident, and why. */
import { t } from '@grafana/i18n';
import { PluginPage } from '@grafana/runtime';
import { Combobox, InlineField, RadioButtonGroup, Stack, Text } from '@grafana/ui';
import { useSearchParams } from 'react-router-dom';
import { useAlerts } from '../../api/alerts';
import { LoadingState, NothingState, StateView } from '../../components/StateView';
import { signedIn } from '../../lib/role';
import { AlertTable } from './AlertTable';
import { reasonOptions } from './reasons';

export default function AlertListPage() {
  const { canEdit } = signedIn();
  const [query, setQuery] = useSearchParams();
  const firing = query.get('state') !== 'all';
  const reason = query.get('reason') ?? '';
  const list = useAlerts({ firing, reason });
  const rows = list.data?.pages.flatMap((page) => page.items);
  const total = list.data?.pages[0]?.total ?? 0;
  const change = (part: Record<string, string>) =>
    setQuery((before) => {
      const next = new URLSearchParams(before);
      Object.entries(part).forEach(([name, value]) => (value ? next.set(name, value) : next.delete(name)));
      return next;
    });
  return (
    <PluginPage subTitle={t('all-alerts.subtitle', 'Every alert that came in, where it went, and why')}>
      <Stack direction="column" gap={2}>
        <Stack alignItems="center" wrap="wrap">
          <InlineField label={t('all-alerts.state', 'State')}>
            <RadioButtonGroup
              aria-label={t('all-alerts.state', 'State')}
              value={firing ? 'firing' : 'all'}
              options={[
                { value: 'firing', label: t('all-alerts.firing', 'Firing') },
                { value: 'all', label: t('all-alerts.all', 'All') },
              ]}
              onChange={(state) => change({ state: state === 'all' ? 'all' : '' })}
            />
          </InlineField>
          <InlineField label={t('all-alerts.reason', 'Without an incident')} htmlFor="alert-reason">
            <Combobox
              id="alert-reason"
              width={34}
              value={reason}
              options={reasonOptions()}
              onChange={({ value }) => change({ reason: value })}
            />
          </InlineField>
          <Text color="secondary">
            {list.data
              ? t('all-alerts.count', '{{- count, number}} alerts', {
                  count: total,
                  defaultValue_one: '{{- count}} alert',
                })
              : ''}
          </Text>
        </Stack>
        <StateView
          query={{ ...list, data: rows }}
          isEmpty={(found) => found.length === 0}
          empty={<Nothing narrowed={firing || reason !== ''} />}
          loading={<LoadingState lines={10} />}
        >
          {(found) => (
            <AlertTable
              alerts={found}
              total={list.hasNextPage ? Math.max(total, found.length + 1) : found.length}
              canEdit={canEdit}
              onEnd={() => !list.isFetchingNextPage && void list.fetchNextPage()}
            />
          )}
        </StateView>
      </Stack>
    </PluginPage>
  );
}

function Nothing({ narrowed }: { narrowed: boolean }) {
  return narrowed ? (
    <NothingState filtered message={t('all-alerts.no-match', 'No alert is like this')}>
      {t('all-alerts.no-match-next', 'Alerts that are over are under “All”.')}
    </NothingState>
  ) : (
    <NothingState message={t('all-alerts.none', 'No alert came in yet')}>
      {t(
        'all-alerts.none-next',
        'Point Alertmanager or a Grafana contact point at the plugin, or let it poll (Settings).'
      )}
    </NothingState>
  );
}
