/** Signals that are expected; one that does not come opens an incident. */
import { t } from '@grafana/i18n';
import { Stack, Text } from '@grafana/ui';
import { useState } from 'react';
import { useDeleteHeartbeat, useHeartbeats } from '../../../api/heartbeats';
import { type HeartbeatShape } from '../../../api/types.gen';
import { Moment } from '../../../components/Moment';
import { PlainTable } from '../../../components/PlainTable';
import { NothingState, StateView } from '../../../components/StateView';
import { formatSeconds } from '../../../lib/duration';
import { signedIn } from '../../../lib/role';
import { ListHead } from '../ListHead';
import { RowButtons } from '../RowButtons';
import { HeartbeatDrawer } from './HeartbeatDrawer';
import { Pulse } from './Pulse';
import { SendSignal } from './SendSignal';

export function HeartbeatsTab() {
  const heartbeats = useHeartbeats();
  const { canEdit } = signedIn();
  const [edited, setEdited] = useState<HeartbeatShape | 'new' | null>(null);
  return (
    <Stack direction="column" gap={2}>
      <ListHead
        {...(canEdit && { add: { label: t('heartbeats.add', 'Expect a signal'), onClick: () => setEdited('new') } })}
      >
        {t(
          'heartbeats.hint',
          'A backup, a batch job, an Alertmanager that should always fire its Watchdog: when the signal does not come in time, an incident opens.'
        )}
      </ListHead>
      <StateView
        query={heartbeats}
        isEmpty={(items) => items.length === 0}
        empty={
          <NothingState message={t('heartbeats.none', 'No signal is expected')}>
            {t('heartbeats.none-hint', 'Expect one from whatever must not stop silently.')}
          </NothingState>
        }
      >
        {(items) => <HeartbeatTable heartbeats={items} {...(canEdit && { onEdit: setEdited })} />}
      </StateView>
      {edited && <HeartbeatDrawer heartbeat={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />}
    </Stack>
  );
}

interface HeartbeatTableProps {
  heartbeats: readonly HeartbeatShape[];
  /** Absent for those who may only read. */
  onEdit?: (heartbeat: HeartbeatShape) => void;
}

function HeartbeatTable({ heartbeats, onEdit }: HeartbeatTableProps) {
  const remove = useDeleteHeartbeat();
  return (
    <PlainTable
      label={t('heartbeats.label', 'Heartbeats')}
      head={[
        t('heartbeats.signal', 'Signal'),
        t('heartbeats.state', 'State'),
        t('heartbeats.every', 'Every'),
        t('heartbeats.last', 'Last heard'),
        t('heartbeats.due', 'Due'),
        ...(onEdit ? [''] : []),
      ]}
      rows={heartbeats.map((each) => ({
        key: each.name,
        cells: [
          <Stack key="name" direction="column" gap={0.5}>
            <Text weight="medium">{each.title}</Text>
            {each.service && (
              <Text variant="bodySmall" color="secondary">
                {each.service}
              </Text>
            )}
            <SendSignal address={each.address} title={each.title} />
          </Stack>,
          <Pulse key="pulse" pulse={each.pulse} />,
          t('heartbeats.rhythm', '{{- interval}}, at most {{- grace}} late', {
            interval: formatSeconds(each.intervalSeconds),
            grace: formatSeconds(each.graceSeconds),
          }),
          each.lastSeenAt ? <Moment key="last" at={each.lastSeenAt} as="relative" /> : t('heartbeats.never', 'never'),
          each.enabled ? <Moment key="due" at={each.dueAt} as="relative" /> : '–',
          ...(onEdit
            ? [
                <RowButtons
                  key="do"
                  name={each.title}
                  onEdit={() => onEdit(each)}
                  onDelete={() => remove.mutate(each.name)}
                />,
              ]
            : []),
        ],
      }))}
    />
  );
}
