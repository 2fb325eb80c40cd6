/** All incidents: narrowed, ordered, changed many at once, and kept up to date without moving under the reader. */
import { t } from '@grafana/i18n';
import { PluginPage } from '@grafana/runtime';
import { Button, Stack, Text } from '@grafana/ui';
import { useInfiniteQuery, usePrefetchInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router-dom';
import { useListNotices } from '../../api/incidentNotices';
import { incidentHeadQuery, type IncidentFilter, incidentListQuery, NO_FILTER } from '../../api/incidents';
import { useFallbackInterval, useLiveConnected } from '../../api/live';
import { usePeople } from '../../api/people';
import { ShortcutHelp } from '../../components/ShortcutHelp';
import { LoadingState, NothingState, StateView } from '../../components/StateView';
import { pageUrl, ROUTES } from '../../constants';
import { signedIn } from '../../lib/role';
import { useShortcuts } from '../../lib/shortcuts';
import { BulkActions } from './list/BulkActions';
import { CreateDrawer } from './list/CreateDrawer';
import { FilterBar } from './list/FilterBar';
import { ACTIVE, filterOf, isNarrowed, queryOf } from './list/filterUrl';
import { IncidentTable } from './list/IncidentTable';
import { listShortcuts } from './list/shortcuts';
import { useSelection } from './list/useSelection';

export default function IncidentListPage() {
  const me = signedIn();
  const navigate = useNavigate();
  const [query, setQuery] = useSearchParams();
  const filter = useMemo(() => filterOf(query), [query]);
  const every = useFallbackInterval();
  // Asked for before anything below is drawn.
  usePrefetchInfiniteQuery(incidentListQuery(filter));
  const list = useInfiniteQuery({ ...incidentListQuery(filter), refetchInterval: every });
  const head = useQuery({ ...incidentHeadQuery(filter), enabled: list.isSuccess && !list.isPlaceholderData });
  const { fresh, taken } = useListNotices(filter);
  const people = usePeople();
  const incidents = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const total = head.data?.total ?? list.data?.pages[0]?.total ?? 0;
  const selection = useSelection(incidents);
  const [current, setCurrent] = useState<number | null>(null);
  const [open, setOpen] = useState<'create' | 'help' | null>(null);
  const searchRef = useRef<HTMLInputElement>(null);
  const bulkRef = useRef<((status: 'acknowledged') => void) | null>(null);

  const { isFetchingNextPage, fetchNextPage } = list;
  const onEnd = useCallback(() => {
    if (!isFetchingNextPage) {
      void fetchNextPage();
    }
  }, [isFetchingNextPage, fetchNextPage]);
  const change = (part: Partial<IncidentFilter>) => {
    setCurrent(null);
    setQuery(queryOf({ ...filter, ...part }), { replace: 'q' in part });
  };
  const at = current === null ? undefined : incidents[current];
  const move = (by: number) =>
    setCurrent((before) =>
      incidents.length === 0 ? null : Math.min(Math.max((before ?? -1) + by, 0), incidents.length - 1)
    );
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    '/': () => searchRef.current?.focus(),
    '?': () => setOpen('help'),
    ...(at && { Enter: () => void navigate(pageUrl(ROUTES.incidents, at.number)) }),
    ...(me.canEdit && {
      c: () => setOpen('create'),
      a: () => bulkRef.current?.('acknowledged'),
      ...(at && { x: () => selection.toggle(at.number) }),
    }),
  });

  const declare = me.canEdit && (
    <Button icon="plus" onClick={() => setOpen('create')}>
      {t('incidents.declare', 'Declare incident')}
    </Button>
  );
  return (
    <PluginPage
      subTitle={t('incidents.subtitle', 'What is wrong now, and what was')}
      actions={
        <>
          <Button variant="secondary" fill="text" icon="keyboard" onClick={() => setOpen('help')}>
            {t('incidents.shortcuts', 'Shortcuts')}
          </Button>
          {declare}
        </>
      }
    >
      <Stack direction="column" gap={2}>
        <FilterBar
          filter={filter}
          facets={head.data?.facets}
          onChange={change}
          onClear={() => setQuery(queryOf({ ...NO_FILTER, status: filter.status, sort: filter.sort }))}
          searchRef={searchRef}
        />
        <Stack alignItems="center" justifyContent="space-between" minHeight="32px" wrap="wrap">
          {me.canEdit ? (
            <BulkActions
              selection={selection}
              fallback={at?.number}
              people={people}
              me={me.login}
              actionRef={bulkRef}
              idle={<Count total={total} known={head.data !== undefined} />}
            />
          ) : (
            <Count total={total} known={head.data !== undefined} readOnly />
          )}
          <Freshness fresh={fresh.length} onShow={() => (taken(), setCurrent(null), void list.refetch())} />
        </Stack>
        <StateView
          query={{ ...list, data: list.data && incidents }}
          isEmpty={(rows) => rows.length === 0}
          empty={
            <Nothing filter={filter} onAll={() => change({ ...NO_FILTER, sort: filter.sort })} declare={declare} />
          }
          loading={<LoadingState lines={10} />}
        >
          {(rows) => (
            <IncidentTable
              incidents={rows}
              total={list.hasNextPage ? Math.max(total, rows.length + 1) : rows.length}
              current={current}
              selection={me.canEdit ? selection : null}
              onEnd={onEnd}
            />
          )}
        </StateView>
      </Stack>
      {open === 'help' && <ShortcutHelp shortcuts={listShortcuts(me.canEdit)} onClose={() => setOpen(null)} />}
      {open === 'create' && (
        <CreateDrawer
          services={Object.keys(head.data?.facets.service ?? {})}
          people={people}
          me={me.login}
          onDone={(number) => void navigate(pageUrl(ROUTES.incidents, number))}
          onClose={() => setOpen(null)}
        />
      )}
    </PluginPage>
  );
}

function Count({ total, known, readOnly = false }: { total: number; known: boolean; readOnly?: boolean }) {
  return (
    <Text color="secondary">
      {known &&
        t('incidents.count', '{{- count, number}} incidents', {
          count: total,
          defaultValue_one: '{{- count}} incident',
        })}
      {readOnly && ` · ${t('incidents.read-only', 'read only: changing incidents needs the role Editor')}`}
    </Text>
  );
}

/** New incidents wait behind a button; without notices the list says how old it may be. */
function Freshness({ fresh, onShow }: { fresh: number; onShow: () => void }) {
  const live = useLiveConnected();
  return (
    <div aria-live="polite">
      {fresh > 0 ? (
        <Button size="sm" icon="arrow-up" onClick={onShow}>
          {t('incidents.fresh', '{{- count}} new', { count: fresh })}
        </Button>
      ) : (
        !live && <Text color="secondary">{t('incidents.polling', 'Not live: refreshed every 30 seconds')}</Text>
      )}
    </div>
  );
}

interface NothingProps {
  filter: IncidentFilter;
  onAll: () => void;
  declare: React.ReactNode;
}

function Nothing({ filter, onAll, declare }: NothingProps) {
  const all = (
    <Button variant="secondary" onClick={onAll}>
      {t('incidents.show-all', 'Show all incidents')}
    </Button>
  );
  if (isNarrowed(filter)) {
    return (
      <NothingState filtered message={t('incidents.no-match', 'No incident matches these filters')} button={all} />
    );
  }
  if (filter.status.length > 0 && filter.status.length === ACTIVE.length) {
    return (
      <NothingState
        message={t('incidents.calm', 'Nothing is on fire')}
        button={
          <Stack gap={1}>
            {all}
            {declare}
          </Stack>
        }
      >
        {t('incidents.calm-next', 'No incident is active. Ended ones are under “Ended” and “All”.')}
      </NothingState>
    );
  }
  return (
    <NothingState message={t('incidents.none', 'No incidents yet')} button={declare || undefined}>
      {t(
        'incidents.none-next',
        'Incidents come from alerts: point Alertmanager or a Grafana contact point at the plugin, or let it poll (Settings).'
      )}
    </NothingState>
  );
}
