/** The workspace of one incident: the verdict first, then everything about it, cut to its time. */
import { t } from '@grafana/i18n';
import { PluginPage } from '@grafana/runtime';
import { LinkButton, Stack } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router-dom';
import { ApiError } from '../../api/client';
import { useIncidentNotices } from '../../api/incidentNotices';
import { incidentQuery } from '../../api/incidents';
import { useFallbackInterval } from '../../api/live';
import { LoadingState, NothingState, StateView } from '../../components/StateView';
import { pageUrl, ROUTES } from '../../constants';
import { hrefOf } from '../../lib/href';
import { Workspace } from './workspace/Workspace';

export default function IncidentPage() {
  const { id = '' } = useParams();
  // A page per incident: nothing of one, not even a draft or a late answer, can show on another.
  return <IncidentOf key={id} number={id} />;
}

function IncidentOf({ number }: { number: string }) {
  useIncidentNotices(number);
  const incident = useQuery({ ...incidentQuery(number), refetchInterval: useFallbackInterval() });
  const gone = incident.error instanceof ApiError && incident.error.status === 404;
  return (
    <PluginPage pageNav={{ text: number }} renderTitle={() => null}>
      {gone ? (
        <NothingState
          filtered
          message={t('incident.gone', 'There is no incident {{- number}}', { number })}
          button={
            <LinkButton variant="secondary" href={hrefOf(pageUrl(ROUTES.incidents))}>
              {t('incident.all', 'All incidents')}
            </LinkButton>
          }
        />
      ) : (
        <StateView
          query={incident}
          loading={
            <Stack direction="column" gap={2}>
              <LoadingState lines={3} />
              <LoadingState lines={8} />
            </Stack>
          }
        >
          {(detail) => <Workspace incident={detail} />}
        </StateView>
      )}
    </PluginPage>
  );
}
