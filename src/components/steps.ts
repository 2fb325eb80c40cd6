/** Steps of an incident to its next state, as the organisation calls them. */
import { t } from '@grafana/i18n';
import { type IncidentPatch, type IncidentStatus } from '../api/types.gen';
import { statusText, useStatusWords } from './StatusBadge';

/** A state to go to, with the own one within it where there are some. */
export type Step = Required<Pick<IncidentPatch, 'status'>> & Pick<IncidentPatch, 'stage'>;

interface Steps {
  /** The ways into a built-in state: one to each of its own states, in their order, else one. */
  into: (status: IncidentStatus) => [Step, ...Step[]];
  /** What a button says that does it. */
  textOf: (step: Step) => string;
}

export function useSteps(): Steps {
  const { nameOf, stages } = useStatusWords();
  return {
    into: (status) => {
      const [first, ...rest] = stages.filter((each) => each.status === status);
      return first ? [step(first), ...rest.map(step)] : [{ status }];
    },
    textOf: ({ status, stage }) => {
      const name = nameOf(status, stage);
      return name === statusText(status) ? doText(status) : t('status.do.own', 'Set to “{{- name}}”', { name });
    },
  };
}

function step({ id, status }: { id: string; status: IncidentStatus }): Step {
  return { status, stage: id };
}

function doText(status: IncidentStatus): string {
  const texts: Record<IncidentStatus, string> = {
    open: t('status.do.reopen', 'Reopen'),
    acknowledged: t('status.do.acknowledge', 'Acknowledge'),
    investigating: t('status.do.investigate', 'Investigate'),
    mitigated: t('status.do.mitigate', 'Mark mitigated'),
    resolved: t('status.do.resolve', 'Resolve'),
    closed: t('status.do.close', 'Close'),
  };
  return texts[status];
}
