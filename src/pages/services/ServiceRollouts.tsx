/** The rollouts of a service, each with its verdict and the numbers that it rests on. */
import { t } from '@grafana/i18n';
import { Badge, type BadgeColor, Stack, Text } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { rolloutsQuery } from '../../api/rollouts';
import { type KnownBy, type RolloutShape, type RolloutState } from '../../api/types.gen';
import { Differences } from '../../components/Differences';
import { Moment } from '../../components/Moment';
import { PlainTable } from '../../components/PlainTable';
import { LoadingState, StateView } from '../../components/StateView';
import { countText } from '../../lib/numbers';
import { valueText } from '../../lib/units';
import { Section } from '../../components/Section';
import { RolloutCompared } from './RolloutCompared';

const LATELY = 30 * 86_400_000;
const MOST = 20;

export function ServiceRollouts({ name }: { name: string }) {
  const title = t('rollouts.title', 'Rollouts of the last 30 days');
  const [from] = useState(() => new Date(Date.now() - LATELY).toISOString());
  const rollouts = useQuery(rolloutsQuery(name, from, MOST));
  return (
    <Section title={title}>
      <StateView
        query={rollouts}
        isEmpty={({ items }) => items.length === 0}
        empty={
          <Text color="secondary">
            {t(
              'rollouts.none',
              'None was seen. Rollouts are read from Kubernetes, where a deployment carries the name of the service.'
            )}
          </Text>
        }
        loading={<LoadingState lines={3} />}
      >
        {({ items }) => (
          <PlainTable
            label={title}
            head={[
              t('rollouts.what', 'Rollout'),
              t('rollouts.began', 'Began'),
              t('rollouts.verdict', 'Verdict'),
              t('rollouts.errors', 'Failed requests'),
              t('rollouts.p95', '95th percentile'),
              t('rollouts.requests', 'Requests'),
            ]}
            rows={items.map((each) => ({
              key: `${each.namespace}/${each.version}/${each.revision}`,
              cells: [
                <div key="what">
                  {each.summary || each.version}
                  <Differences items={each.differences} of={each.version} />
                  {each.compared && <RolloutCompared of={each.version} compared={each.compared} />}
                </div>,
                <Began key="began" rollout={each} />,
                <Verdict key="verdict" rollout={each} />,
                change(each, 'errorPercent', '%'),
                change(each, 'p95Ms', 'ms'),
                change(each, 'requests', ''),
              ],
            }))}
          />
        )}
      </StateView>
    </Section>
  );
}

/** What only tells that a rollout had begun by then; a rollback leaves no time of its own. */
const BOUNDS: ReadonlySet<KnownBy> = new Set<KnownBy>(['later_step', 'first_pod', 'progress']);

function Began({ rollout: { startedAt, knownBy } }: { rollout: RolloutShape }) {
  return BOUNDS.has(knownBy) ? (
    <>
      {t('rollouts.at-or-before', 'at or before')} <Moment at={startedAt} />
    </>
  ) : (
    <Moment at={startedAt} />
  );
}

/** A number before and after the rollout; one that nobody measured is a state of its own. */
function change({ numbers }: RolloutShape, what: 'errorPercent' | 'p95Ms' | 'requests', unit: string): string {
  const before = numbers[`${what}Before`];
  const after = numbers[`${what}After`];
  const isMissing = (value: number | null | undefined) => value === null || value === undefined;
  if (isMissing(before) && isMissing(after)) {
    return t('rollouts.no-data', 'no data');
  }
  const text = (value: number | null | undefined) =>
    unit ? valueText(value, unit) : countText(value && Math.round(value));
  return `${text(before)} → ${text(after)}`;
}

const COLORS: Record<RolloutState, BadgeColor> = {
  better: 'green',
  no_difference: 'blue',
  worse: 'red',
  stuck: 'red',
  in_progress: 'purple',
  not_enough_data: 'darkgrey',
};

function Verdict({ rollout: { state, reasons } }: { rollout: RolloutShape }) {
  return (
    <Stack direction="column" gap={0.5} alignItems="flex-start">
      <Badge color={COLORS[state]} text={stateText(state)} />
      {reasons.map((reason) => (
        <Text key={reason} variant="bodySmall" color="secondary">
          {reason}
        </Text>
      ))}
    </Stack>
  );
}

function stateText(state: RolloutState): string {
  const texts: Record<RolloutState, string> = {
    better: t('rollouts.better', 'Better'),
    no_difference: t('rollouts.same', 'No difference'),
    worse: t('rollouts.worse', 'Worse'),
    stuck: t('rollouts.stuck', 'Stuck'),
    in_progress: t('rollouts.running', 'In progress'),
    not_enough_data: t('rollouts.unknown', 'Not enough data'),
  };
  return texts[state];
}
