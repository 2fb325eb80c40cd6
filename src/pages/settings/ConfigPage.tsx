/** The sources once more on the plugin's own page in Grafana's administration, where one enables it. */
import { type PluginConfigPageProps, type AppPluginMeta } from '@grafana/data';
import { t } from '@grafana/i18n';
import { LinkButton, Stack } from '@grafana/ui';
import { QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
import { newQueryClient } from '../../api/queryClient';
import { pageUrl, ROUTES } from '../../constants';
import { hrefOf } from '../../lib/href';
import { SourcesTab } from './sources/SourcesTab';

export default function ConfigPage(_props: PluginConfigPageProps<AppPluginMeta>) {
  const [client] = useState(newQueryClient);
  return (
    <QueryClientProvider client={client}>
      <Stack direction="column" gap={3}>
        <SourcesTab />
        <div>
          <LinkButton variant="secondary" href={hrefOf(pageUrl(ROUTES.settings, 'rules'))}>
            {t('config.more', 'Rules, integrations, people, audit log')}
          </LinkButton>
        </div>
      </Stack>
    </QueryClientProvider>
  );
}
