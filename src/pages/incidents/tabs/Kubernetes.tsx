/** What Kubernetes says about a service: pods with their trouble, deployments, events in the incident's time. */
import { t } from '@grafana/i18n';
import { Badge, Field, Input, Text } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode } from 'react';
import { useSearchParams } from 'react-router-dom';
import { rolloutsQuery } from '../../../api/rollouts';
import { deploymentsQuery, kubernetesEventsQuery, podsQuery } from '../../../api/telemetry';
import { Differences } from '../../../components/Differences';
import { Moment } from '../../../components/Moment';
import { notConfigured } from '../../../components/notConfigured';
import { PlainTable } from '../../../components/PlainTable';
import { type Asked, LoadingState, StateView } from '../../../components/StateView';
import { metricsDrilldown } from '../../../lib/drilldown';
import { studioExploreUrl } from '../../../lib/explore';
import { withLead } from '../../../lib/incidentWindow';
import { useServiceChoice } from './ServiceChoice';
import { TabFrame } from './TabFrame';
import { type TabProps } from './tabs';

const DAY = 86_400_000;
const MOST_VERSIONS = 20;

export function Kubernetes({ incident, investigation, span }: TabProps) {
  const { service, choice } = useServiceChoice(incident);
  const [query, setQuery] = useSearchParams();
  const known = incident.labels.namespace ?? investigation.data?.answer?.namespace;
  const namespace = query.get('namespace') || known || 'default';
  const enabled = service !== '';
  const pods = useQuery({ ...podsQuery(namespace, service), enabled });
  const deployments = useQuery({ ...deploymentsQuery(namespace, service), enabled });
  const events = useQuery({ ...kubernetesEventsQuery(namespace, service, withLead(span)), enabled });
  const rollouts = useQuery({ ...rolloutsQuery(service, dayBefore(span.from), MOST_VERSIONS), enabled });
  const choose = (value: string) =>
    setQuery(
      (before) => {
        const next = new URLSearchParams(before);
        next.set('namespace', value);
        return next;
      },
      { replace: true }
    );
  return (
    <TabFrame
      span={span}
      service={service}
      choice={choice}
      waysOn={{
        system: 'prometheus',
        explore: studioExploreUrl(
          [{ queryType: 'kubernetes_pods', namespace, service, label: '' }],
          String(Date.parse(span.from)),
          String(Date.parse(span.to))
        ),
        drilldown: metricsDrilldown(restartsOf(namespace, service), span),
      }}
    >
      <Field label={t('kubernetes.namespace', 'Namespace')} noMargin htmlFor="kubernetes-namespace">
        <Input
          key={namespace}
          id="kubernetes-namespace"
          width={30}
          defaultValue={namespace}
          onKeyDown={(event) => event.key === 'Enter' && choose(event.currentTarget.value.trim())}
          onBlur={(event) => event.currentTarget.value.trim() !== namespace && choose(event.currentTarget.value.trim())}
        />
      </Field>
      {notConfigured(pods.error) ?? (
        <>
          <Part title={t('kubernetes.pods', 'Pods, as they are now')} query={pods}>
            {({ items }) => (
              <PlainTable
                label={t('kubernetes.pods', 'Pods, as they are now')}
                head={[
                  t('kubernetes.name', 'Name'),
                  t('kubernetes.state', 'State'),
                  t('kubernetes.ready', 'Ready'),
                  t('kubernetes.restarts', 'Restarts'),
                  t('kubernetes.last-exit', 'Last exit'),
                  t('kubernetes.age', 'Created'),
                  t('kubernetes.node', 'Node'),
                ]}
                rows={items.map((pod) => ({
                  key: pod.name,
                  cells: [
                    pod.name,
                    <Badge key="state" color={pod.trouble ? 'red' : 'green'} text={pod.trouble || pod.phase} />,
                    `${pod.ready}/${pod.containers}`,
                    pod.restarts,
                    pod.exitCode === null
                      ? pod.lastExit || '–'
                      : t('kubernetes.exit', '{{- reason}} (exit code {{- code}})', {
                          reason: pod.lastExit,
                          code: pod.exitCode,
                        }),
                    <Moment key="age" at={pod.created} as="relative" />,
                    pod.node,
                  ],
                }))}
              />
            )}
          </Part>
          <Part title={t('kubernetes.deployments', 'Deployments')} query={deployments}>
            {({ items }) => (
              <PlainTable
                label={t('kubernetes.deployments', 'Deployments')}
                head={[
                  t('kubernetes.name', 'Name'),
                  t('kubernetes.ready-desired', 'Ready of desired'),
                  t('kubernetes.images', 'Images'),
                  t('kubernetes.revision', 'Revision'),
                  t('kubernetes.rollout', 'Last rollout'),
                  t('kubernetes.problem', 'Problem'),
                ]}
                rows={items.map((each) => ({
                  key: each.name,
                  cells: [
                    each.name,
                    `${each.ready}/${each.desired}`,
                    each.images.join(', '),
                    each.revision,
                    <Moment key="rollout" at={each.lastRollout} as="relative" />,
                    each.problem || '–',
                  ],
                }))}
              />
            )}
          </Part>
          <Part title={t('kubernetes.changes', 'Versions rolled out since a day before')} query={rollouts}>
            {({ items }) => (
              <PlainTable
                label={t('kubernetes.changes', 'Versions rolled out since a day before')}
                head={[
                  t('kubernetes.at', 'Time'),
                  t('kubernetes.version', 'Version'),
                  t('kubernetes.what', 'What changed'),
                ]}
                rows={items.map((each) => ({
                  key: `${each.namespace}/${each.version}`,
                  cells: [
                    <Moment key="at" at={each.startedAt} />,
                    each.version,
                    <div key="what">
                      {each.summary}
                      <Differences items={each.differences} of={each.version} />
                    </div>,
                  ],
                }))}
              />
            )}
          </Part>
          <Part title={t('kubernetes.events', 'Events in this time and 15 minutes before')} query={events}>
            {({ items }) => (
              <PlainTable
                label={t('kubernetes.events', 'Events in this time and 15 minutes before')}
                head={[
                  t('kubernetes.at', 'Time'),
                  t('kubernetes.reason', 'Reason'),
                  t('kubernetes.object', 'Object'),
                  t('kubernetes.message', 'Message'),
                  t('kubernetes.count', 'Count'),
                ]}
                rows={items.map((each) => ({
                  key: each.at + each.object + each.reason,
                  cells: [
                    <Moment key="at" at={each.at} />,
                    <Badge key="reason" color={each.type === 'Warning' ? 'orange' : 'darkgrey'} text={each.reason} />,
                    each.object,
                    each.message,
                    each.count,
                  ],
                }))}
              />
            )}
          </Part>
        </>
      )}
    </TabFrame>
  );
}

/** Restarts of the service's pods over time, as kube-state-metrics counts them. */
function restartsOf(namespace: string, service: string): string {
  const pods = `${service.replace(/[^\w-]/g, '.')}-.*`;
  return `kube_pod_container_status_restarts_total{namespace=${JSON.stringify(namespace)},pod=~${JSON.stringify(pods)}}`;
}

interface PartProps<T> {
  title: string;
  query: Asked<{ items: T[] }>;
  children: (data: { items: T[] }) => ReactNode;
}

function Part<T>({ title, query, children }: PartProps<T>) {
  return (
    <section>
      <Text variant="h5" element="h2">
        {title}
      </Text>
      <StateView
        query={query}
        loading={<LoadingState lines={2} />}
        isEmpty={({ items }) => items.length === 0}
        empty={<Text color="secondary">{t('kubernetes.none', 'None with this name in this namespace')}</Text>}
      >
        {children}
      </StateView>
    </section>
  );
}

const dayBefore = (from: string) => new Date(Date.parse(from) - DAY).toISOString();
