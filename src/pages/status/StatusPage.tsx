/** How services stand and stood: for people here, and as readers outside may know it. */
import { t } from '@grafana/i18n';
import { PluginPage } from '@grafana/runtime';
import { Alert, Button, Dropdown, LinkButton, Menu, RadioButtonGroup, Stack } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import { useFallbackInterval } from '../../api/live';
import { statusPageQuery, useStatusPageFile, useStatusPageNotices } from '../../api/statusPage';
import { type Audience, type StatusPageShape } from '../../api/types.gen';
import { Section } from '../../components/Section';
import { LoadingState, NothingState, StateView } from '../../components/StateView';
import { pageUrl, ROUTES } from '../../constants';
import { download } from '../../lib/download';
import { hrefOf } from '../../lib/href';
import { signedIn } from '../../lib/role';
import { zoneName } from '../../lib/zone';
import { StatusComponent } from './StatusComponent';
import { StatusHead } from './StatusHead';
import { StatusIncidents } from './StatusIncidents';
import { StatusMaintenance } from './StatusMaintenance';
import { StatusSetupDrawer } from './StatusSetupDrawer';

export default function StatusPage() {
  useStatusPageNotices();
  const [params, setParams] = useSearchParams();
  const audience: Audience = params.get('audience') === 'public' ? 'public' : 'internal';
  const [editing, setEditing] = useState(false);
  const zone = zoneName();
  const page = useQuery({ ...statusPageQuery(audience, zone), refetchInterval: useFallbackInterval() });
  return (
    <PluginPage actions={<Actions zone={zone} edit={() => setEditing(true)} />}>
      <Stack direction="column" gap={3}>
        <Stack>
          <RadioButtonGroup
            aria-label={t('status-page.audience', 'As seen by')}
            value={audience}
            options={[
              { value: 'internal', label: t('status-page.internal', 'People here') },
              { value: 'public', label: t('status-page.public', 'Readers outside') },
            ]}
            onChange={(value) => setParams(value === 'public' ? { audience: value } : {}, { replace: true })}
          />
        </Stack>
        <StateView
          query={page}
          isEmpty={(found) => found.components.length === 0}
          empty={<NoServices />}
          loading={<LoadingState lines={10} />}
        >
          {(found) => <Whole page={found} />}
        </StateView>
      </Stack>
      {editing && <StatusSetupDrawer onClose={() => setEditing(false)} />}
    </PluginPage>
  );
}

function Whole({ page }: { page: StatusPageShape }) {
  return (
    <Stack direction="column" gap={3}>
      <StatusHead page={page} />
      {!page.complete && (
        <Alert
          severity="warning"
          title={t('status-page.incomplete', 'There were more incidents than this page counts; the newest are in it')}
        />
      )}
      {page.current.length > 0 && (
        <Section title={t('status-page.now', 'Now')}>
          <StatusIncidents incidents={page.current} audience={page.audience} />
        </Section>
      )}
      {page.maintenance.length > 0 && <StatusMaintenance planned={page.maintenance} />}
      <Section title={t('status-page.services', 'Services')}>
        {page.components.map((each) => (
          <StatusComponent key={each.name} component={each} />
        ))}
      </Section>
      <Section title={t('status-page.past', 'Past 14 days')}>
        <StatusIncidents incidents={page.past} audience={page.audience} />
      </Section>
    </Stack>
  );
}

function Actions({ zone, edit }: { zone: string; edit: () => void }) {
  const file = useStatusPageFile();
  const take = (format: 'html' | 'json', type: string) =>
    file.mutate({ format, zone }, { onSuccess: (text) => download(text, `status.${format}`, type) });
  return (
    <Stack gap={1}>
      <Dropdown
        overlay={
          <Menu>
            <Menu.Item label={t('status-page.html', 'Page (HTML)')} onClick={() => take('html', 'text/html')} />
            <Menu.Item label={t('status-page.json', 'Data (JSON)')} onClick={() => take('json', 'application/json')} />
          </Menu>
        }
      >
        <Button variant="secondary" icon="download-alt" disabled={file.isPending}>
          {t('status-page.take', 'Download')}
        </Button>
      </Dropdown>
      {signedIn().isAdmin && (
        <Button variant="secondary" icon="pen" onClick={edit}>
          {t('status-page.edit', 'Edit page')}
        </Button>
      )}
    </Stack>
  );
}

function NoServices() {
  return (
    <NothingState
      message={t('status-page.nothing', 'No service is shown yet')}
      button={
        <LinkButton href={hrefOf(pageUrl(ROUTES.services))} variant="secondary">
          {t('status-page.to-services', 'Declare services')}
        </LinkButton>
      }
    >
      {t('status-page.nothing-hint', 'Declared services are shown here, or those that an administrator chooses.')}
    </NothingState>
  );
}
