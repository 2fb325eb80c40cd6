/** What can be seen of a service, what is missing, and the line of configuration that would show it. */
import { t } from '@grafana/i18n';
import { Badge, type BadgeColor, Text } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { coverageQuery } from '../../api/coverage';
import { type CoveragePartShape, type CoverageState } from '../../api/types.gen';
import { CommandLine } from '../../components/CommandLine';
import { PlainTable } from '../../components/PlainTable';
import { LoadingState, StateView } from '../../components/StateView';
import { percentText } from '../../lib/numbers';
import { Section } from '../../components/Section';

/** How a fix begins that is a line for Prometheus's configuration; others tell what to do. */
const RELABEL = 'metric_relabel_configs:';

export function ServiceCoverage({ name }: { name: string }) {
  const title = t('coverage.title', 'What telemetry shows');
  const coverage = useQuery(coverageQuery(name));
  return (
    <Section title={title}>
      <StateView query={coverage} loading={<LoadingState lines={9} />}>
        {({ parts, share }) => (
          <>
            <Text color="secondary">
              {parts.some(({ state }) => state === 'present' || state === 'missing')
                ? t('coverage.share', '{{- share}} of what the sources that are set up could show is there', {
                    share: percentText(share, 0),
                  })
                : t('coverage.nothing', 'No source answered: set the data sources up in the settings.')}
            </Text>
            <PlainTable
              label={title}
              head={[
                t('coverage.part', 'Part'),
                t('coverage.state', 'State'),
                t('coverage.detail', 'What was found'),
                t('coverage.fix', 'What would show it'),
              ]}
              rows={parts.map((part) => ({
                key: part.subject,
                cells: [
                  subjectText(part.subject),
                  <Badge key="state" color={COLORS[part.state]} text={stateText(part.state)} />,
                  part.detail,
                  <Fix key="fix" part={part} />,
                ],
              }))}
            />
          </>
        )}
      </StateView>
    </Section>
  );
}

function Fix({ part: { fix } }: { part: CoveragePartShape }) {
  if (fix.startsWith(RELABEL)) {
    return <CommandLine command={fix} copy={t('coverage.copy', 'Copy the line')} />;
  }
  return <>{fix}</>;
}

const COLORS: Record<CoverageState, BadgeColor> = {
  present: 'green',
  missing: 'orange',
  failed: 'red',
  not_configured: 'darkgrey',
};

function stateText(state: CoverageState): string {
  const texts: Record<CoverageState, string> = {
    present: t('coverage.present', 'There'),
    missing: t('coverage.missing', 'Missing'),
    failed: t('coverage.failed', 'Could not be asked'),
    not_configured: t('coverage.not-configured', 'Source is not set up'),
  };
  return texts[state];
}

function subjectText(subject: string): string {
  const texts: Record<string, string> = {
    requests: t('coverage.requests', 'Requests'),
    errors: t('coverage.errors', 'Failed requests'),
    latency: t('coverage.latency', 'Latency'),
    calls: t('coverage.calls', 'Calls between services'),
    containers: t('coverage.containers', 'CPU and memory of containers'),
    workloads: t('coverage.workloads', 'State of workloads'),
    logs: t('coverage.logs', 'Logs'),
    traces: t('coverage.traces', 'Traces'),
    spans: t('coverage.spans', 'Requests counted from traces'),
    cluster: t('coverage.cluster', 'Pods in the cluster'),
  };
  return texts[subject] ?? subject;
}
