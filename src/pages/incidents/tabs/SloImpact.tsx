/** What the incident cost each SLO of its services. */
import { t } from '@grafana/i18n';
import { Text, TextLink } from '@grafana/ui';
import { NothingState } from '../../../components/StateView';
import { PlainTable } from '../../../components/PlainTable';
import { ServiceLink } from '../../../components/ServiceLink';
import { SloStatusBadge } from '../../../components/SloStatusBadge';
import { pageUrl, ROUTES } from '../../../constants';
import { budgetText, countText } from '../../../lib/numbers';
import { type TabProps } from './tabs';

export function SloImpact({ incident, investigation }: TabProps) {
  const risks = investigation?.answer?.slosAtRisk ?? [];
  if (incident.sloImpact.length === 0 && risks.length === 0) {
    return (
      <NothingState message={t('impact.none', 'No SLO measures the services of this incident')}>
        {t('impact.none-next', 'Define an SLO for a service, and its incidents show here what they cost.')}
      </NothingState>
    );
  }
  return (
    <>
      {incident.sloImpact.length > 0 && (
        <PlainTable
          label={t('impact.table', 'What the incident cost each SLO')}
          head={[
            t('impact.slo', 'SLO'),
            t('impact.bad', 'Bad events'),
            t('impact.total', 'All events'),
            t('impact.share', 'Of the error budget'),
          ]}
          rows={incident.sloImpact.map(({ sloId, name, bad, total, budgetShare }) => ({
            key: sloId,
            cells: [
              <TextLink key="slo" href={pageUrl(ROUTES.slos, sloId)}>
                {name}
              </TextLink>,
              countText(bad),
              total === 0 ? t('impact.no-data', 'no data') : countText(total),
              budgetShare === null ? t('impact.no-data', 'no data') : budgetText(budgetShare),
            ],
          }))}
        />
      )}
      {risks.length > 0 && (
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
              ],
            }))}
          />
        </section>
      )}
    </>
  );
}
