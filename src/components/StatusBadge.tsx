/** Where the work on an incident stands, in a colour and in a word. */
import { t } from '@grafana/i18n';
import { Badge, type BadgeColor, type IconName } from '@grafana/ui';
import { useStatusNames } from '../api/statuses';
import { type IncidentStatus } from '../api/types.gen';

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
  /** Without its picture, which a long list would parse anew for each row. */
  bare?: boolean;
}

/** A state as the organisation calls it. */
export function StatusBadge({ status, bare = false }: StatusBadgeProps) {
  const { color, icon } = LOOK[status];
  const { nameOf, meaningOf } = useStatusWords();
  const meaning = meaningOf(status);
  return <Badge color={color} text={nameOf(status)} {...(!bare && { icon })} {...(meaning && { tooltip: meaning })} />;
}

interface StatusWords {
  nameOf: (status: IncidentStatus) => string;
  /** When an incident is in it; empty when nobody wrote it down. */
  meaningOf: (status: IncidentStatus) => string;
}

/** What the organisation calls its states; the built-in names until they are known, and where there are no others. */
export function useStatusWords(): StatusWords {
  const { data } = useStatusNames();
  const own = (status: IncidentStatus) => data?.statuses.find((each) => each.status === status);
  return {
    nameOf: (status) => own(status)?.label || statusText(status),
    meaningOf: (status) => own(status)?.meaning ?? '',
  };
}

/** The same where the app's data is not at hand, as in a panel: by its built-in name. */
export function PlainStatusBadge({ status }: { status: IncidentStatus }) {
  const { color, icon } = LOOK[status];
  return <Badge color={color} text={statusText(status)} icon={icon} />;
}
