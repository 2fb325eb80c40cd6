/** What runs of a service in the cluster: its deployments and pods. */
import { t } from '@grafana/i18n';
import { Text } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { deploymentsQuery, podsQuery } from '../../api/telemetry';
import { type DeploymentShape, type PodShape, type ServiceShape } from '../../api/types.gen';
import { Moment } from '../../components/Moment';
import { PlainTable } from '../../components/PlainTable';
import { LoadingState, StateView } from '../../components/StateView';
import { Section } from '../../components/Section';

/** The label of a service that says where it runs. */
const NAMESPACE = 'namespace';

export function RunningParts({ service }: { service: ServiceShape }) {
  const title = t('service.running', 'In the cluster');
  const namespace = service.labels[NAMESPACE];
  return (
    <Section title={title}>
      {namespace ? (
        <Parts namespace={namespace} name={service.name} />
      ) : (
        <Text color="secondary">
          {t('service.no-namespace', 'Give the service the label namespace to see its deployments and pods here.')}
        </Text>
      )}
    </Section>
  );
}

function Parts({ namespace, name }: { namespace: string; name: string }) {
  const deployments = useQuery(deploymentsQuery(namespace, name));
  const pods = useQuery(podsQuery(namespace, name));
  if (deployments.error && pods.error) {
    return <Text color="secondary">{deployments.error.message}</Text>;
  }
  const nothing = <Text color="secondary">{t('service.nothing-runs', 'Nothing of that name runs there.')}</Text>;
  return (
    <>
      <StateView
        query={deployments}
        isEmpty={({ items }) => items.length === 0}
        empty={nothing}
        loading={<LoadingState lines={2} />}
      >
        {({ items }) => <Deployments items={items} />}
      </StateView>
      <StateView
        query={pods}
        isEmpty={({ items }) => items.length === 0}
        empty={nothing}
        loading={<LoadingState lines={3} />}
      >
        {({ items }) => <Pods items={items} />}
      </StateView>
    </>
  );
}

function Deployments({ items }: { items: DeploymentShape[] }) {
  return (
    <PlainTable
      label={t('service.deployments', 'Deployments')}
      head={[
        t('service.deployment', 'Deployment'),
        t('service.ready', 'Ready'),
        t('service.images', 'Images'),
        t('service.rollout', 'Last rollout'),
        t('service.problem', 'Problem'),
      ]}
      rows={items.map((each) => ({
        key: each.name,
        cells: [
          each.name,
          t('service.ready-of', '{{- ready}} of {{- desired}}', { ready: each.ready, desired: each.desired }),
          each.images.join(', '),
          <Moment key="rollout" at={each.lastRollout} as="relative" />,
          each.problem || '–',
        ],
      }))}
    />
  );
}

function Pods({ items }: { items: PodShape[] }) {
  return (
    <PlainTable
      label={t('service.pods', 'Pods')}
      head={[
        t('service.pod', 'Pod'),
        t('service.phase', 'Phase'),
        t('service.containers', 'Containers ready'),
        t('service.restarts', 'Restarts'),
        t('service.trouble', 'Trouble'),
        t('service.age', 'Started'),
      ]}
      rows={items.map((each) => ({
        key: each.name,
        cells: [
          each.name,
          each.phase,
          t('service.ready-of', '{{- ready}} of {{- desired}}', { ready: each.ready, desired: each.containers }),
          each.restarts,
          each.trouble || each.lastExit || '–',
          <Moment key="age" at={each.created} as="relative" />,
        ],
      }))}
    />
  );
}
