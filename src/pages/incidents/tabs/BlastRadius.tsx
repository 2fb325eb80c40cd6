/** Who feels it: the callers of the faulty service, as a picture and as a table. */
import { t } from '@grafana/i18n';
import { Badge, Stack, Text } from '@grafana/ui';
import { CallGraph } from '../../../components/CallGraph';
import { PlainTable } from '../../../components/PlainTable';
import { ServiceLink } from '../../../components/ServiceLink';
import { NothingState, StateView } from '../../../components/StateView';
import { budgetText, percentText } from '../../../lib/numbers';
import { type BlastRadiusShape } from '../../../api/types.gen';
import { type TabProps } from './tabs';

export function BlastRadius({ investigation }: TabProps) {
  return (
    <StateView query={investigation}>{(found) => <Callers blast={found?.answer?.blastRadius ?? null} />}</StateView>
  );
}

function Callers({ blast }: { blast: BlastRadiusShape | null }) {
  // The first node is the faulty service itself.
  if (!blast || blast.nodes.length <= 1) {
    return (
      <NothingState
        message={
          blast
            ? t('blast.alone', 'Nobody is known to call {{- center}}', { center: blast.center })
            : t('blast.none', 'Not investigated yet')
        }
      >
        {t(
          'blast.none-next',
          'Callers come from traces, from span metrics and from declared dependencies; the page of a service says which are known.'
        )}
      </NothingState>
    );
  }
  return (
    <Stack direction="column" gap={2}>
      <Text color="secondary">
        {t(
          'blast.what',
          'Services whose requests reach {{- center}}, the faulty one, and how much of their traffic does',
          {
            center: blast.center,
          }
        )}
      </Text>
      <CallGraph
        label={t('blast.graph', 'Callers of {{- center}}; the table below says the same', { center: blast.center })}
        center={blast.center}
        nodes={blast.nodes.map(({ service, hops, impaired }) => ({ id: service, hops, impaired }))}
        edges={blast.edges.map(({ caller, callee, share }) => ({
          caller,
          callee,
          text: share === null ? '' : percentText(share, 0),
        }))}
      />
      <Text color="secondary" variant="bodySmall">
        {t(
          'blast.legend',
          'Red: the faulty service. Orange: symptoms were seen. Grey: none was. A number is the share of the caller’s requests that go this way.'
        )}
      </Text>
      <PlainTable
        label={t('blast.table', 'Who feels it')}
        head={[
          t('blast.service', 'Service'),
          t('blast.hops', 'Calls away'),
          t('blast.share', 'Share of its requests'),
          t('blast.impaired', 'Symptoms'),
          t('blast.risk', 'SLOs at risk'),
        ]}
        rows={blast.nodes.map((node) => ({
          key: node.service,
          cells: [
            <ServiceLink key="service" name={node.service} />,
            node.hops,
            node.requestShare === null ? t('blast.unknown', 'not known') : percentText(node.requestShare, 0),
            node.impaired ? (
              <Badge key="impaired" color="orange" text={t('blast.sees', 'seen')} />
            ) : (
              t('blast.sees-not', 'none seen')
            ),
            node.slosAtRisk.map(({ name, remaining }) => `${name} (${budgetText(remaining)})`).join(', ') || '–',
          ],
        }))}
      />
    </Stack>
  );
}
