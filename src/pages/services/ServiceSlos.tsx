/** The SLOs of a service with what is left of their budgets. */
import { t } from '@grafana/i18n';
import { Text, TextLink } from '@grafana/ui';
import { SLO_STATUSES } from '../../api/slos';
import { type ServiceShape } from '../../api/types.gen';
import { BudgetBar } from '../../components/BudgetBar';
import { PlainTable } from '../../components/PlainTable';
import { SloStatusBadge } from '../../components/SloStatusBadge';
import { pageUrl, ROUTES } from '../../constants';
import { oneOf } from '../../lib/guards';
import { Section } from '../../components/Section';

export function ServiceSlos({ service: { slos } }: { service: ServiceShape }) {
  const title = t('service.slos', 'SLOs');
  return (
    <Section title={title}>
      {slos.length === 0 ? (
        <Text color="secondary">{t('service.no-slos', 'Nobody has promised anything for this service yet.')}</Text>
      ) : (
        <PlainTable
          label={title}
          head={[t('service.slo', 'SLO'), t('service.status', 'Status'), t('service.budget', 'Error budget left')]}
          rows={slos.map((slo) => {
            const status = oneOf(slo.status, SLO_STATUSES, 'no_data');
            return {
              key: slo.id,
              cells: [
                <TextLink key="name" href={pageUrl(ROUTES.slos, slo.id)} inline>
                  {slo.name}
                </TextLink>,
                <SloStatusBadge key="status" status={status} />,
                <BudgetBar key="budget" remaining={slo.remaining} status={status} />,
              ],
            };
          })}
        />
      )}
    </Section>
  );
}
