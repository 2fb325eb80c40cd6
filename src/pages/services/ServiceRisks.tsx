/** How a service is placed and tied together, before anything fails: one pod, node or zone, no budget. */
import { t } from '@grafana/i18n';
import { Badge, type BadgeColor, Text } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { risksQuery } from '../../api/risks';
import { type Outcome } from '../../api/types.gen';
import { PlainTable } from '../../components/PlainTable';
import { LoadingState, StateView } from '../../components/StateView';
import { Section } from '../../components/Section';

export function ServiceRisks({ name }: { name: string }) {
  const title = t('risks.title', 'Structural risks');
  const risks = useQuery(risksQuery(name));
  return (
    <Section title={title}>
      <Text color="secondary">
        {t('risks.about', 'What would make a small failure a large one. Investigations never blame these.')}
      </Text>
      <StateView query={risks} loading={<LoadingState lines={5} />}>
        {({ items }) => (
          <PlainTable
            label={title}
            head={[
              t('risks.risk', 'Risk'),
              t('risks.outcome', 'Outcome'),
              t('risks.seen', 'What was seen'),
              t('risks.fix', 'What would remove it'),
            ]}
            rows={items.map((each) => ({
              key: each.id,
              cells: [
                riskText(each.id) ?? each.title,
                <Badge key="outcome" color={COLORS[each.outcome]} text={outcomeText(each.outcome)} />,
                each.summary,
                each.fix || '–',
              ],
            }))}
          />
        )}
      </StateView>
    </Section>
  );
}

const COLORS: Record<Outcome, BadgeColor> = {
  found: 'orange',
  clean: 'green',
  no_data: 'darkgrey',
  skipped: 'darkgrey',
  failed: 'red',
};

function outcomeText(outcome: Outcome): string {
  const texts: Record<Outcome, string> = {
    found: t('risks.found', 'At risk'),
    clean: t('risks.clean', 'No risk seen'),
    no_data: t('risks.no-data', 'No data'),
    skipped: t('risks.skipped', 'Not asked'),
    failed: t('risks.failed', 'Could not be asked'),
  };
  return texts[outcome];
}

function riskText(id: string): string | undefined {
  const texts: Record<string, string> = {
    'single-replica': t('risks.single-replica', 'One pod carries it alone'),
    'single-node': t('risks.single-node', 'All pods on one node'),
    'single-zone': t('risks.single-zone', 'All pods in one zone'),
    'no-disruption-budget': t('risks.no-budget', 'No disruption budget'),
    'single-point': t('risks.single-point', 'Single point of failure'),
  };
  return texts[id];
}
