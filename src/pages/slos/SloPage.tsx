/** One SLO: where it stands, why, how it came to that, and how it goes on. */
import { t } from '@grafana/i18n';
import { PluginPage } from '@grafana/runtime';
import { Alert, Stack } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router-dom';
import { sloQuery, useSloNotices } from '../../api/slos';
import { type SloShape } from '../../api/types.gen';
import { momentText } from '../../components/Moment';
import { LoadingState, StateView } from '../../components/StateView';
import { SloCorrections } from './corrections/SloCorrections';
import { SloActions } from './SloActions';
import { SloChanges } from './SloChanges';
import { SloConditions } from './SloConditions';
import { SloCourse } from './SloCourse';
import { SloForecast } from './SloForecast';
import { SloGoals } from './SloGoals';
import { SloHead } from './SloHead';
import { SloMembers } from './SloMembers';
import { SloNumbers } from './SloNumbers';
import { SilenceBanner } from './silence/SilenceBanner';
import { WhatIf } from './WhatIf';

export default function SloPage() {
  const { id = '' } = useParams();
  useSloNotices();
  const slo = useQuery(sloQuery(id));
  return (
    <PluginPage
      pageNav={{ text: slo.data?.name ?? t('slo.page', 'SLO') }}
      actions={slo.data && <SloActions slo={slo.data} />}
    >
      <StateView query={slo} loading={<LoadingState lines={12} />}>
        {(data) => <Whole slo={data} />}
      </StateView>
    </PluginPage>
  );
}

function Whole({ slo }: { slo: SloShape }) {
  return (
    <Stack direction="column" gap={3}>
      <SloHead slo={slo} />
      <SilenceBanner slo={slo} />
      {slo.status.stale && (
        <Alert
          severity="warning"
          title={t('slo.stale', 'These numbers are of {{- at}}', { at: momentText(slo.status.asOf) })}
        >
          {slo.status.staleReason}
        </Alert>
      )}
      <SloNumbers slo={slo} />
      <SloMembers slo={slo} />
      <SloGoals slo={slo} />
      <SloCourse slo={slo} />
      <SloForecast slo={slo} />
      <WhatIf slo={slo} />
      <SloConditions slo={slo} />
      <SloCorrections slo={slo} />
      <SloChanges slo={slo} />
    </Stack>
  );
}
