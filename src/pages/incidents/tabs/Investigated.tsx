/** The newest answer about the cause, or an earlier one as it was; which one is in the address. */
import { t } from '@grafana/i18n';
import { Combobox, Spinner, Stack, Text } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router-dom';
import { investigationVersionQuery } from '../../../api/investigation';
import { type InvestigationShape, type InvestigationVersionShape, type RunningShape } from '../../../api/types.gen';
import { momentText } from '../../../components/Moment';
import { LoadingState, StateView } from '../../../components/StateView';
import { type TimeSpan } from '../../../lib/incidentWindow';
import { Causes } from './Causes';

interface InvestigatedProps {
  investigation: InvestigationShape;
  /** The incident's window. */
  span: TimeSpan;
}

export function Investigated({ investigation, span }: InvestigatedProps) {
  const [query, setQuery] = useSearchParams();
  const { incident, version, versions, running } = investigation;
  const wanted = versions.find((each) => String(each.version) === query.get('run'))?.version ?? version;
  const choose = (run: number) =>
    setQuery(
      (before) => {
        const next = new URLSearchParams(before);
        next.delete('run');
        if (run !== version) {
          next.set('run', String(run));
        }
        return next;
      },
      { replace: true }
    );
  return (
    <Stack direction="column" gap={1}>
      {running && <Running running={running} />}
      {versions.length > 1 && (
        <Stack gap={1} alignItems="center">
          <Text color="secondary" variant="bodySmall">
            {t('run.label', 'Investigation')}
          </Text>
          <Combobox<number>
            width={52}
            aria-label={t('run.choose', 'Which investigation')}
            value={wanted}
            options={versions.map((each) => ({
              value: each.version,
              label: t('run.name', 'Run {{- run}}, {{- when}} ({{- why}})', {
                run: each.version,
                when: momentText(each.at, 'HH:mm:ss'),
                why: triggerText(each.trigger),
              }),
              description: each.headline,
            }))}
            onChange={({ value }) => choose(value)}
          />
        </Stack>
      )}
      {wanted === version ? (
        <Newest investigation={investigation} span={span} />
      ) : (
        <Earlier incident={incident} version={wanted} span={span} />
      )}
    </Stack>
  );
}

/** That a run is on, and what it still waits for. */
function Running({ running: { waiting } }: { running: RunningShape }) {
  return (
    <Stack gap={1} alignItems="center">
      <Spinner inline />
      <Text color="secondary" role="status">
        {waiting.length > 0
          ? t('run.waiting', 'Investigating. Not answered yet: {{- sources}}', { sources: waiting.join(', ') })
          : t('run.running', 'Investigating')}
      </Text>
    </Stack>
  );
}

/** The kept answer; before there is one, what the first run has found so far. */
function Newest({ investigation: { answer, running }, span }: InvestigatedProps) {
  const shown = answer ?? running?.answer;
  return shown ? <Causes answer={shown} span={span} /> : null;
}

interface EarlierProps {
  incident: string;
  version: number;
  span: TimeSpan;
}

function Earlier({ incident, version, span }: EarlierProps) {
  const earlier = useQuery(investigationVersionQuery(incident, version));
  return (
    <StateView query={earlier} loading={<LoadingState lines={4} />}>
      {({ answer }) => answer && <Causes answer={answer} span={span} />}
    </StateView>
  );
}

function triggerText(trigger: InvestigationVersionShape['trigger']): string {
  const texts: Record<InvestigationVersionShape['trigger'], string> = {
    opened: t('run.opened', 'when it was opened'),
    age: t('run.age', 'later, when more was known'),
    alerts: t('run.alerts', 'because more alerts joined'),
    asked: t('run.asked', 'because somebody asked'),
  };
  return texts[trigger];
}
