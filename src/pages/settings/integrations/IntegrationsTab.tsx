/** Where alerts come from: the addresses of the webhooks, and senders with a mapping of their own. */
import { t } from '@grafana/i18n';
import { Button, type Column, ConfirmButton, InteractiveTable, Stack, Text } from '@grafana/ui';
import { useMemo, useState } from 'react';
import { useDeleteIntegration, useIntegrations } from '../../../api/integrations';
import { type IntegrationShape } from '../../../api/types.gen';
import { NothingState, StateView } from '../../../components/StateView';
import { IntegrationDrawer } from './IntegrationDrawer';
import { WebhookAddresses } from './WebhookAddresses';

interface CellOf {
  row: { original: IntegrationShape };
}

export function IntegrationsTab() {
  const integrations = useIntegrations();
  const remove = useDeleteIntegration();
  const [edited, setEdited] = useState<IntegrationShape | 'new' | null>(null);
  const forget = remove.mutate;
  const columns = useMemo(
    (): Array<Column<IntegrationShape>> => [
      { id: 'name', header: t('integrations.name', 'Sender') },
      { id: 'address', header: t('integrations.address', 'Address below the app’s resources') },
      {
        id: 'enabled',
        header: t('integrations.state', 'State'),
        cell: ({ row }: CellOf) =>
          row.original.enabled ? t('integrations.on', 'takes alerts') : t('integrations.off', 'switched off'),
      },
      {
        id: 'actions',
        header: '',
        cell: ({ row: { original } }: CellOf) => (
          <Stack>
            <Button
              size="sm"
              variant="secondary"
              icon="pen"
              aria-label={t('row.edit', 'Edit {{- name}}', { name: original.name })}
              onClick={() => setEdited(original)}
            >
              {t('integrations.edit', 'Edit')}
            </Button>
            <ConfirmButton
              size="sm"
              confirmText={t('integrations.delete-sure', 'Forget this sender')}
              onConfirm={() => forget(original.name)}
            >
              {t('integrations.delete', 'Forget')}
            </ConfirmButton>
          </Stack>
        ),
      },
    ],
    [forget]
  );
  return (
    <Stack direction="column" gap={4}>
      <WebhookAddresses />
      <section aria-labelledby="generic-senders">
        <Stack direction="column" gap={2}>
          <Stack justifyContent="space-between" alignItems="center">
            <Text element="h3" variant="h4" id="generic-senders">
              {t('integrations.generic', 'Senders with JSON of their own')}
            </Text>
            <Button icon="plus" onClick={() => setEdited('new')}>
              {t('integrations.add', 'Add a sender')}
            </Button>
          </Stack>
          <StateView
            query={integrations}
            isEmpty={(items) => items.length === 0}
            empty={
              <NothingState message={t('integrations.none', 'No sender is declared')}>
                {t('integrations.none-hint', 'Declare one to take alerts from a system that speaks its own JSON.')}
              </NothingState>
            }
          >
            {(items) => <InteractiveTable columns={columns} data={items} getRowId={(each) => each.name} />}
          </StateView>
        </Stack>
      </section>
      {edited && <IntegrationDrawer integration={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />}
    </Stack>
  );
}
