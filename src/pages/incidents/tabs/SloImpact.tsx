/** What the incident cost each SLO of its services, and the ways on to what was counted meanwhile. */
import { t } from '@grafana/i18n';
import { Stack, Text, TextLink } from '@grafana/ui';
import { useQueries } from '@tanstack/react-query';
import { sloQuery } from '../../../api/slos';
import { type RiskShape, type SloImpactShape, type SloShape } from '../../../api/types.gen';
import { NothingState } from '../../../components/StateView';
import { PlainTable } from '../../../components/PlainTable';
import { ServiceLink } from '../../../components/ServiceLink';
import { SloStatusBadge } from '../../../components/SloStatusBadge';
import { pageUrl, ROUTES } from '../../../constants';
import { studioExploreUrl } from '../../../lib/explore';
import { budgetText, countText } from '../../../lib/numbers';
import { badCell, countsShares } from '../../slos/counting';
import { AskedQuery } from './AskedQuery';
import { SpanText } from './TabFrame';
import { type TabProps } from './tabs';
import { TelemetryButtons } from './TelemetryLinks';

export function SloImpact({ incident, investigation, span }: TabProps) {
  const risks = investigation.data?.answer?.slosAtRisk ?? [];
  const impact = incident.sloImpact;
  const ids = [...new Set([...impact, ...risks].map(({ sloId }) => sloId))];
  const slos = useSlos(ids);
  if (ids.length === 0) {
    return (
      <NothingState message={t('impact.none', 'No SLO measures the services of this incident')}>
        {t('impact.none-next', 'Define an SLO for a service, and its incidents show here what they cost.')}
      </NothingState>
    );
  }
  const links = (sloId: string) => <AskedQuery query={slos.get(sloId)?.status.queries[0]} span={span} />;
  return (
    <Stack direction="column" gap={2}>
      <Stack gap={2} alignItems="center" wrap="wrap" justifyContent="space-between">
        <SpanText span={span} />
        <TelemetryButtons
          system="prometheus"
          explore={studioExploreUrl(historiesOf(ids), ms(span.from), ms(span.to))}
          drilldown={null}
        />
      </Stack>
      {impact.length > 0 && <Impact impact={impact} slos={slos} links={links} />}
      {risks.length > 0 && <Risks risks={risks} links={links} />}
    </Stack>
  );
}

const ms = (at: string) => String(Date.parse(at));

/** The SLOs themselves; unknown while they load, and when they are gone. */
function useSlos(ids: readonly string[]): Map<string, SloShape | undefined> {
  const slos = useQueries({ queries: ids.map((id) => ({ ...sloQuery(id), retry: false })) });
  return new Map(ids.map((id, at) => [id, slos[at]?.data]));
}

/** The SLOs' courses, as the plugin's own data source is asked for them. */
function historiesOf(sloIds: string[]): Array<Record<string, unknown>> {
  const one = { queryType: 'slo_history', sloIds, services: [], statuses: [], labels: {} };
  return [
    { ...one, metric: 'bad' },
    { ...one, metric: 'budget_remaining' },
  ];
}

interface ImpactProps {
  impact: readonly SloImpactShape[];
  slos: Map<string, SloShape | undefined>;
  links: (sloId: string) => React.ReactNode;
}

function Impact({ impact, slos, links }: ImpactProps) {
  const counts = (id: string) => {
    const slo = slos.get(id);
    return !slo || !countsShares(slo);
  };
  return (
    <PlainTable
      label={t('impact.table', 'What the incident cost each SLO')}
      head={[
        t('impact.slo', 'SLO'),
        t('impact.bad', 'Bad events'),
        t('impact.total', 'All events'),
        t('impact.share', 'Of the error budget'),
        t('impact.query', 'What is counted'),
      ]}
      rows={impact.map(({ sloId, name, bad, total, budgetShare }) => ({
        key: sloId,
        cells: [
          <TextLink key="slo" href={pageUrl(ROUTES.slos, sloId)}>
            {name}
          </TextLink>,
          total === 0 ? t('impact.no-data', 'no data') : badCell(slos.get(sloId), bad, total),
          total === 0 ? t('impact.no-data', 'no data') : counts(sloId) ? countText(total) : '–',
          budgetShare === null ? t('impact.no-data', 'no data') : budgetText(budgetShare),
          links(sloId),
        ],
      }))}
    />
  );
}

interface RisksProps {
  risks: readonly RiskShape[];
  links: (sloId: string) => React.ReactNode;
}

function Risks({ risks, links }: RisksProps) {
  return (
    <section>
      <Text variant="h5" element="h2">
        {t('impact.risk', 'At risk')}
      </Text>
      <PlainTable
        label={t('impact.risk-table', 'SLOs of affected services')}
        head={[
          t('impact.slo', 'SLO'),
          t('impact.service', 'Service'),
          t('impact.status', 'Status'),
          t('impact.left', 'Budget left'),
          t('impact.query', 'What is counted'),
        ]}
        rows={risks.map((risk) => ({
          key: risk.sloId,
          cells: [
            <TextLink key="slo" href={pageUrl(ROUTES.slos, risk.sloId)}>
              {risk.name}
            </TextLink>,
            <ServiceLink key="service" name={risk.service} />,
            <SloStatusBadge key="status" status={risk.status} />,
            budgetText(risk.remaining),
            links(risk.sloId),
          ],
        }))}
      />
    </section>
  );
}
