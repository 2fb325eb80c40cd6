/** What a rule would have done with the alerts of the last days. */
import { t } from '@grafana/i18n';
import { Alert, type Column, InteractiveTable, Stack } from '@grafana/ui';
import { useMemo } from 'react';
import { type DryPlaceShape, type DryRunShape } from '../../../api/types.gen';
import { Moment } from '../../../components/Moment';

interface CellOf {
  row: { original: DryPlaceShape };
}

const columns = (): Array<Column<DryPlaceShape>> => [
  {
    id: 'alert',
    header: t('dry-run.alert', 'Alert'),
    cell: ({ row: { original } }: CellOf) => original.alert.name,
  },
  {
    id: 'at',
    header: t('dry-run.at', 'Started'),
    cell: ({ row: { original } }: CellOf) => <Moment at={original.alert.startsAt} />,
  },
  { id: 'rule', header: t('dry-run.rule', 'Rule') },
  { id: 'group', header: t('dry-run.group', 'Group') },
  { id: 'reasonText', header: t('dry-run.why', 'Why') },
];

const PAGE = 20;

export function DryRunResult({ result }: { result: DryRunShape }) {
  const made = useMemo(() => columns(), []);
  const { places, incidents, truncated } = result;
  return (
    <Stack direction="column" gap={1}>
      <Alert
        severity={truncated ? 'warning' : 'info'}
        topSpacing={2}
        title={t('dry-run.sum', '{{- alerts}} alerts would have made {{- incidents}} incidents', {
          alerts: places.length,
          incidents,
        })}
      >
        {truncated && t('dry-run.truncated', 'There were more alerts than are looked at; the newest were taken.')}
      </Alert>
      {places.length > 0 && (
        <InteractiveTable columns={made} data={places} getRowId={(place) => String(place.alert.id)} pageSize={PAGE} />
      )}
    </Stack>
  );
}
