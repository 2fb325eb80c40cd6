/** Where the work on an incident stands, in a colour and in a word. */
import { t } from '@grafana/i18n';
import { Badge, type BadgeColor, type IconName } from '@grafana/ui';
import { useStatusNames } from '../api/statuses';
import { type IncidentStatus, type StageShape } from '../api/types.gen';

/** In the order of the work. */
export const STATUSES: readonly IncidentStatus[] = [
  'open',
  'acknowledged',
  'investigating',
  'mitigated',
  'resolved',
  'closed',
];

const LOOK: Record<IncidentStatus, { color: BadgeColor; icon: IconName }> = {
  open: { color: 'red', icon: 'fire' },
  acknowledged: { color: 'orange', icon: 'eye' },
  investigating: { color: 'orange', icon: 'search' },
  mitigated: { color: 'blue', icon: 'shield' },
  resolved: { color: 'green', icon: 'check' },
  closed: { color: 'darkgrey', icon: 'lock' },
};

const TEXTS: Record<IncidentStatus, () => string> = {
  open: () => t('status.open', 'Open'),
  acknowledged: () => t('status.acknowledged', 'Acknowledged'),
  investigating: () => t('status.investigating', 'Investigating'),
  mitigated: () => t('status.mitigated', 'Mitigated'),
  resolved: () => t('status.resolved', 'Resolved'),
  closed: () => t('status.closed', 'Closed'),
};

/** The built-in name of a state. */
export function statusText(status: IncidentStatus): string {
  return TEXTS[status]();
}

/** Whether somebody still has to do something. */
export function isActive(status: IncidentStatus): boolean {
  return status !== 'resolved' && status !== 'closed';
}

interface StatusBadgeProps {
  status: IncidentStatus;
  /** Id of the own state within it; empty for none. */
  stage?: string;
  /** Without its picture, which a long list would parse anew for each row. */
  bare?: boolean;
}

/** A state as the organisation calls it. */
export function StatusBadge({ status, stage = '', bare = false }: StatusBadgeProps) {
  const { color, icon } = LOOK[status];
  const { nameOf, meaningOf } = useStatusWords();
  const meaning = meaningOf(status, stage);
  return (
    <Badge color={color} text={nameOf(status, stage)} {...(!bare && { icon })} {...(meaning && { tooltip: meaning })} />
  );
}

interface StatusWords {
  /** Of the own state where there is one, else of the built-in one. */
  nameOf: (status: IncidentStatus, stage?: string) => string;
  /** When an incident is in it; empty when nobody wrote it down. */
  meaningOf: (status: IncidentStatus, stage?: string) => string;
  /** Own states, in the order of the work within each built-in one. */
  stages: readonly StageShape[];
}

const NO_STAGES: readonly StageShape[] = [];

/** What the organisation calls its states; the built-in names until they are known, and where there are no others. */
export function useStatusWords(): StatusWords {
  const { data } = useStatusNames();
  const stages = data?.stages ?? NO_STAGES;
  const own = (status: IncidentStatus) => data?.statuses.find((each) => each.status === status);
  // One that is gone, or that belongs to another state by now, counts as none.
  const within = (status: IncidentStatus, stage: string) =>
    stages.find((each) => each.id === stage && each.status === status);
  return {
    nameOf: (status, stage = '') => within(status, stage)?.label || own(status)?.label || statusText(status),
    meaningOf: (status, stage = '') => (within(status, stage) ?? own(status))?.meaning ?? '',
    stages,
  };
}

/** The same where the app's data is not at hand, as in a panel: by the name that came with it. */
export function PlainStatusBadge({ status, name }: { status: IncidentStatus; name: string }) {
  const { color, icon } = LOOK[status];
  return <Badge color={color} text={name || statusText(status)} icon={icon} />;
}
