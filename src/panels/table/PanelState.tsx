/** What a panel shows when it has no table that it can draw: what is wrong, and which query helps. */
import { LoadingState, type PanelData } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Stack, Text } from '@grafana/ui';
import { type ReactNode } from 'react';
import { findTable, type Needed, type Table } from './columns';

interface Props {
  data: PanelData;
  needed: Needed;
  /** The query type to choose, as the editor calls it. */
  query: string;
  /** When the query answered and nothing matches. */
  empty: string;
  children: (table: Table) => ReactNode;
}

/** The panel's content when there is a table with rows; otherwise words. */
export function PanelState({ data, needed, query, empty, children }: Props) {
  const found = findTable(data.series, needed);
  if (found.fit === 'fits') {
    return found.table.length > 0 ? <>{children(found.table)}</> : <Words title={empty} />;
  }
  if (found.fit === 'unfit') {
    return (
      <Words
        title={t('panel.unfit', 'This panel needs the query “{{- query}}” as a table', { query })}
        details={t('panel.unfit-details', 'The data has the columns {{- columns}}; these are missing: {{- missing}}.', {
          columns: found.columns.join(', '),
          missing: found.missing.join(', '),
        })}
      />
    );
  }
  const problem = data.errors?.find((each) => each.message)?.message;
  if (problem) {
    return <Words title={t('panel.failed', 'The query failed')} details={problem} />;
  }
  if (data.state === LoadingState.Loading || data.state === LoadingState.NotStarted) {
    return <Words title={t('panel.loading', 'Loading…')} />;
  }
  return (
    <Words
      title={t('panel.nothing', 'No data')}
      details={t(
        'panel.nothing-details',
        'Choose the data source “Reliability Studio” and its query “{{- query}}” as a table.',
        { query }
      )}
    />
  );
}

function Words({ title, details }: { title: string; details?: string }) {
  return (
    <Stack direction="column" alignItems="center" justifyContent="center" gap={1} height="100%">
      <div role="status">
        <Text textAlignment="center" element="p">
          {title}
        </Text>
        {details && (
          <Text textAlignment="center" element="p" color="secondary" variant="bodySmall">
            {details}
          </Text>
        )}
      </div>
    </Stack>
  );
}
