/** Maintenance windows: those that are on, those to come, those that are past, and what they held back. */
import { t } from '@grafana/i18n';
import { Stack, Text } from '@grafana/ui';
import { useState } from 'react';
import { useWindows } from '../../../api/maintenance';
import { type Phase, type WindowShape } from '../../../api/types.gen';
import { NothingState, StateView } from '../../../components/StateView';
import { signedIn } from '../../../lib/role';
import { ListHead } from '../ListHead';
import { HeldBack } from './HeldBack';
import { WindowDrawer } from './WindowDrawer';
import { WindowTable } from './WindowTable';

const titles = (): Array<[Phase, string]> => [
  ['active', t('maintenance.active', 'Running now')],
  ['planned', t('maintenance.planned', 'Planned')],
  ['over', t('maintenance.over', 'Past')],
];

export function MaintenanceTab() {
  const windows = useWindows();
  const { canEdit } = signedIn();
  const [edited, setEdited] = useState<WindowShape | 'new' | null>(null);
  return (
    <Stack direction="column" gap={3}>
      <ListHead
        {...(canEdit && {
          add: { label: t('maintenance.add', 'Declare a window'), onClick: () => setEdited('new') },
        })}
      >
        {t(
          'maintenance.hint',
          'While a window is on, alerts that it covers are kept and open nothing. One that still fires afterwards is placed like a new one.'
        )}
      </ListHead>
      <StateView
        query={windows}
        isEmpty={(items) => items.length === 0}
        empty={
          <NothingState message={t('maintenance.none', 'No maintenance is planned')}>
            {t('maintenance.none-hint', 'Declare a window before work that makes alerts fire.')}
          </NothingState>
        }
      >
        {(items) => (
          <>
            {titles().map(([phase, title]) => {
              const of = items.filter((each) => each.phase === phase);
              return (
                of.length > 0 && (
                  <section key={phase}>
                    <Text element="h3" variant="h5">
                      {title}
                    </Text>
                    <WindowTable label={title} windows={of} {...(canEdit && { onEdit: setEdited })} />
                  </section>
                )
              );
            })}
          </>
        )}
      </StateView>
      <HeldBack />
      {edited && <WindowDrawer window={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />}
    </Stack>
  );
}
