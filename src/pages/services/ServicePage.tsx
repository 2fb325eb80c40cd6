/** One service: how it stands and why, whose it is, what it depends on, what runs of it. */
import { t } from '@grafana/i18n';
import { PluginPage } from '@grafana/runtime';
import { Button, Grid, LinkButton, Stack, Tooltip } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'react-router-dom';
import { serviceListQuery, serviceQuery, useServiceNotices } from '../../api/services';
import { type ServiceShape } from '../../api/types.gen';
import { LoadingState, StateView } from '../../components/StateView';
import { pageUrl, ROUTES } from '../../constants';
import { signedIn } from '../../lib/role';
import { hrefOf } from '../../lib/href';
import { RunningParts } from './RunningParts';
import { ServiceAbout } from './ServiceAbout';
import { ServiceCoverage } from './ServiceCoverage';
import { ServiceDependencies } from './ServiceDependencies';
import { ServiceCourse } from './ServiceCourse';
import { ServiceChanges } from './ServiceChanges';
import { ServiceDrawer } from './ServiceDrawer';
import { ServiceHealth } from './ServiceHealth';
import { ServiceIncidents } from './ServiceIncidents';
import { ServiceRisks } from './ServiceRisks';
import { ServiceRollouts } from './ServiceRollouts';
import { ServiceSlos } from './ServiceSlos';

export default function ServicePage() {
  const { name = '' } = useParams();
  useServiceNotices();
  const service = useQuery(serviceQuery(name));
  return (
    <PluginPage pageNav={{ text: name }} actions={service.data && <Actions service={service.data} />}>
      <StateView query={service} loading={<LoadingState lines={10} />}>
        {(data) => (
          <Stack direction="column" gap={3}>
            <Grid minColumnWidth={55} gap={3}>
              <ServiceHealth service={data} />
              <ServiceAbout service={data} />
            </Grid>
            <ServiceCourse name={data.name} />
            <ServiceSlos service={data} />
            <ServiceIncidents service={data} />
            <ServiceRollouts name={data.name} />
            <ServiceChanges name={data.name} />
            <ServiceDependencies service={data} />
            <ServiceRisks name={data.name} />
            <ServiceCoverage name={data.name} />
            <RunningParts service={data} />
          </Stack>
        )}
      </StateView>
    </PluginPage>
  );
}

function Actions({ service }: { service: ServiceShape }) {
  const { canEdit } = signedIn();
  const [isEditing, setEditing] = useState(false);
  const { data } = useQuery({ ...serviceListQuery(), enabled: isEditing });
  if (!canEdit) {
    return null;
  }
  const fixed = t('service.provisioned', 'A file of the operator declares this service; change it there.');
  const edit = (
    <Button variant="secondary" icon="pen" disabled={service.provisioned} onClick={() => setEditing(true)}>
      {t('service.edit', 'Edit')}
    </Button>
  );
  return (
    <Stack gap={1}>
      {service.provisioned ? <Tooltip content={fixed}>{edit}</Tooltip> : edit}
      <LinkButton
        icon="plus"
        href={hrefOf(`${pageUrl(ROUTES.slos, 'new')}?${new URLSearchParams({ service: service.name }).toString()}`)}
      >
        {t('service.new-slo', 'New SLO')}
      </LinkButton>
      {isEditing && <ServiceDrawer service={service} known={data?.items ?? []} onClose={() => setEditing(false)} />}
    </Stack>
  );
}
