/** The catalogue: every service with its health, and the map of who calls whom. */
import { t } from '@grafana/i18n';
import { PluginPage } from '@grafana/runtime';
import { Button, Stack, Tab, TabsBar, Text } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation, useSearchParams } from 'react-router-dom';
import { serviceListQuery, useServiceNotices } from '../../api/services';
import { type ServiceShape } from '../../api/types.gen';
import { LoadingState, NothingState, StateView } from '../../components/StateView';
import { pageUrl, ROUTES } from '../../constants';
import { signedIn } from '../../lib/role';
import { hrefOf } from '../../lib/href';
import { ServiceDrawer } from './ServiceDrawer';
import { shows, useServiceFilter } from './filter';
import { ServiceFilters } from './ServiceFilters';
import { ServiceMap } from './ServiceMap';
import { ServiceTable } from './ServiceTable';

export default function ServiceListPage() {
  useServiceNotices();
  const [isAdding, setAdding] = useState(false);
  const services = useQuery(serviceListQuery());
  const { canEdit } = signedIn();
  const add = canEdit && (
    <Button icon="plus" onClick={() => setAdding(true)}>
      {t('services.add', 'Declare a service')}
    </Button>
  );
  return (
    <PluginPage actions={add}>
      <StateView
        query={services}
        isEmpty={({ items }) => items.length === 0}
        empty={
          <NothingState message={t('services.empty', 'No service yet')} button={add}>
            <Text color="secondary">
              {t(
                'services.empty-how',
                'Services appear by themselves when telemetry, a cluster or an incident names them. Declare one to say who owns it and what it depends on.'
              )}
            </Text>
          </NothingState>
        }
        loading={<LoadingState lines={10} />}
      >
        {({ items }) => <Catalogue services={items} />}
      </StateView>
      {isAdding && <ServiceDrawer known={services.data?.items ?? []} onClose={() => setAdding(false)} />}
    </PluginPage>
  );
}

function Catalogue({ services }: { services: ServiceShape[] }) {
  const [params] = useSearchParams();
  const { search } = useLocation();
  const [filter, change] = useServiceFilter();
  const isMap = params.get('view') === 'map';
  const shown = services.filter((each) => shows(filter, each));
  const address = (view: string | null) => {
    const query = new URLSearchParams(search);
    query.delete('view');
    if (view) {
      query.set('view', view);
    }
    return `${pageUrl(ROUTES.services)}?${query.toString()}`;
  };
  return (
    <Stack direction="column" gap={2}>
      <TabsBar>
        <Tab
          label={t('services.list', 'List')}
          active={!isMap}
          href={hrefOf(address(null))}
          counter={services.length}
        />
        <Tab label={t('services.map', 'Map')} active={isMap} href={hrefOf(address('map'))} />
      </TabsBar>
      <ServiceFilters services={services} filter={filter} onChange={change} />
      {shown.length === 0 ? (
        <NothingState filtered message={t('services.none-match', 'No service matches')}>
          <Button variant="secondary" onClick={() => change({ q: '', health: [], owner: [], tier: [] })}>
            {t('services.clear', 'Clear filters')}
          </Button>
        </NothingState>
      ) : isMap ? (
        <ServiceMap services={shown} />
      ) : (
        <ServiceTable services={shown} sort={filter.sort} onSort={(sort) => change({ sort })} />
      )}
    </Stack>
  );
}
