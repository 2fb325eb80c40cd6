/** All SLOs, the worst first: the four that need somebody most, then every one with its budget. */
import { t } from '@grafana/i18n';
import { PluginPage } from '@grafana/runtime';
import { Button, LinkButton, Stack, Tab, TabsBar, Text } from '@grafana/ui';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import { sloListQuery, useSloNotices, worstSlosQuery } from '../../api/slos';
import { LoadingState, NothingState, StateView } from '../../components/StateView';
import { pageUrl, ROUTES } from '../../constants';
import { signedIn } from '../../lib/role';
import { hrefOf } from '../../lib/href';
import { ExportDialog } from './ExportDialog';
import { isFiltered, useSloFilter } from './filter';
import { ImportDialog } from './ImportDialog';
import { SloCards } from './SloCards';
import { SloFilters } from './SloFilters';
import { SloReport } from './SloReport';
import { SloTable } from './SloTable';

export default function SloListPage() {
  useSloNotices();
  const [dialog, setDialog] = useState<'import' | 'export' | null>(null);
  const [params] = useSearchParams();
  const isReport = params.get('view') === 'report';
  const worst = useQuery(worstSlosQuery(4));
  return (
    <PluginPage actions={<Actions open={setDialog} />}>
      <StateView
        query={worst}
        isEmpty={(page) => page.total === 0}
        empty={<NoSlos open={() => setDialog('import')} />}
        loading={<LoadingState lines={10} />}
      >
        {(page) => (
          <Stack direction="column" gap={2}>
            <SloCards slos={page.items} />
            <TabsBar>
              <Tab
                label={t('slos.list', 'List')}
                active={!isReport}
                href={hrefOf(pageUrl(ROUTES.slos))}
                counter={page.total}
              />
              <Tab
                label={t('slos.report', 'Report')}
                active={isReport}
                href={hrefOf(`${pageUrl(ROUTES.slos)}?view=report`)}
              />
            </TabsBar>
            {isReport ? <SloReport /> : <List />}
          </Stack>
        )}
      </StateView>
      {dialog === 'import' && <ImportDialog onClose={() => setDialog(null)} />}
      {dialog === 'export' && <ExportDialog onClose={() => setDialog(null)} />}
    </PluginPage>
  );
}

function List() {
  const [filter, change] = useSloFilter();
  const list = useInfiniteQuery(sloListQuery(filter));
  const { fetchNextPage } = list;
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const first = list.data?.pages[0];
  return (
    <>
      <SloFilters filter={filter} counts={first?.counts} onChange={change} />
      <StateView
        query={list}
        isEmpty={() => rows.length === 0}
        empty={
          <NothingState filtered message={t('slos.none-match', 'No SLO matches')}>
            {isFiltered(filter) && (
              <Button variant="secondary" onClick={() => change({ q: '', status: [], service: [], burning: false })}>
                {t('slos.clear', 'Clear filters')}
              </Button>
            )}
          </NothingState>
        }
        loading={<LoadingState lines={8} />}
      >
        {() => <SloTable slos={rows} total={first?.total ?? rows.length} onEnd={() => void fetchNextPage()} />}
      </StateView>
    </>
  );
}

function Actions({ open }: { open: (dialog: 'import' | 'export') => void }) {
  const { canEdit } = signedIn();
  return (
    <Stack gap={1} wrap="wrap">
      <Button variant="secondary" icon="download-alt" onClick={() => open('export')}>
        {t('slos.export', 'Export')}
      </Button>
      {canEdit && (
        <>
          <Button variant="secondary" icon="upload" onClick={() => open('import')}>
            {t('slos.import', 'Import')}
          </Button>
          <LinkButton icon="plus" href={hrefOf(pageUrl(ROUTES.slos, 'new'))}>
            {t('slos.new', 'New SLO')}
          </LinkButton>
        </>
      )}
    </Stack>
  );
}

function NoSlos({ open }: { open: () => void }) {
  const { canEdit } = signedIn();
  return (
    <NothingState
      message={t('slos.empty', 'No SLO yet')}
      button={
        canEdit && (
          <Stack gap={1} justifyContent="center">
            <LinkButton icon="plus" href={hrefOf(pageUrl(ROUTES.slos, 'new'))}>
              {t('slos.first', 'Create the first SLO')}
            </LinkButton>
            <Button variant="secondary" icon="upload" onClick={open}>
              {t('slos.import-yaml', 'Import YAML')}
            </Button>
          </Stack>
        )
      }
    >
      <Text color="secondary">
        {canEdit
          ? t(
              'slos.empty-how',
              'An SLO says which share of requests must be good. It is tried out on the history in Prometheus while you write it, and counts from its first minute.'
            )
          : t('slos.empty-viewer', 'Somebody with the role Editor can create one.')}
      </Text>
    </NothingState>
  );
}
