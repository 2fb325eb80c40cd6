/** The alerts that a rule took for one: each fires or is over by itself; the episode is over with the last. */
import { t } from '@grafana/i18n';
import { Badge, Stack, Text } from '@grafana/ui';
import { useAlertMembers } from '../../api/identityRules';
import { type AlertMemberShape } from '../../api/types.gen';
import { Moment } from '../../components/Moment';
import { PlainTable } from '../../components/PlainTable';
import { StateView } from '../../components/StateView';

interface AlertMembersProps {
  /** Id of the episode. */
  alert: number;
  /** Which rule says that they are one. */
  why: string;
}

export function AlertMembers({ alert, why }: AlertMembersProps) {
  const members = useAlertMembers(alert);
  return (
    <Stack direction="column" gap={1}>
      <Text color="secondary">{why}</Text>
      <StateView query={members}>
        {(items) => (
          <PlainTable
            label={t('members.table', 'Alerts that are one')}
            head={[
              t('members.own', 'Its own labels'),
              t('members.state', 'State'),
              t('members.from', 'From, to'),
              t('members.heard', 'Last heard of'),
            ]}
            rows={items.map((each) => ({
              key: `${each.fingerprint} ${each.startsAt}`,
              cells: [
                ownLabels(each, items),
                each.firing ? (
                  <Badge key="state" color="red" text={t('members.firing', 'firing')} />
                ) : (
                  <Badge key="state" color="green" text={t('members.over', 'over')} />
                ),
                <Stack key="time" direction="column" gap={0}>
                  <Moment at={each.startsAt} />
                  {each.endsAt && <Moment at={each.endsAt} />}
                </Stack>,
                <Moment key="heard" at={each.receivedAt} />,
              ],
            }))}
          />
        )}
      </StateView>
    </Stack>
  );
}

/** What tells a member apart from the others; all of its labels where nothing does. */
function ownLabels(member: AlertMemberShape, all: readonly AlertMemberShape[]): string {
  const entries = Object.entries(member.labels);
  const own = entries.filter(([name, value]) => all.some((other) => other.labels[name] !== value));
  return (own.length > 0 ? own : entries).map(([name, value]) => `${name}=${value}`).join(', ');
}
