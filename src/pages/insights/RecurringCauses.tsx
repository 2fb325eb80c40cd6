/** Root causes that people named more than once. */
import { t } from '@grafana/i18n';
import { type CellProps, type Column, InteractiveTable, Stack, Text } from '@grafana/ui';
import { useMemo } from 'react';
import { type RecurringCauseShape } from '../../api/types.gen';
import { Moment } from '../../components/Moment';
import { ServiceLink } from '../../components/ServiceLink';

type Cell<V> = CellProps<RecurringCauseShape, V>;

const columns = (): Array<Column<RecurringCauseShape>> => [
  { id: 'cause', header: t('insights.cause', 'Root cause') },
  {
    id: 'services',
    header: t('insights.cause-services', 'Services'),
    cell: ({ row: { original } }: Cell<string[]>) => (
      <Stack wrap="wrap" gap={1}>
        {original.services.map((name) => (
          <ServiceLink key={name} name={name} />
        ))}
      </Stack>
    ),
  },
  { id: 'count', header: t('insights.recurring-count', 'Times'), sortType: 'number' },
  {
    id: 'last',
    header: t('insights.recurring-last', 'Last'),
    cell: ({ row: { original } }: Cell<string>) => <Moment at={original.last} as="relative" />,
  },
];

export function RecurringCauses({ causes }: { causes: RecurringCauseShape[] }) {
  const title = t('insights.causes', 'Recurring root causes');
  const made = useMemo(() => columns(), []);
  if (causes.length === 0) {
    return null;
  }
  return (
    <section aria-label={title}>
      <Stack direction="column" gap={1}>
        <Text element="h3" variant="h5">
          {title}
        </Text>
        <InteractiveTable columns={made} data={causes} getRowId={({ cause }) => cause} />
      </Stack>
    </section>
  );
}
