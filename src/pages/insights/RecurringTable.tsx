/** Kinds of incidents that came more than once: what to fix for good. */
import { t } from '@grafana/i18n';
import { type CellProps, type Column, InteractiveTable, Stack, Text, TextLink } from '@grafana/ui';
import { useMemo } from 'react';
import { type RecurringShape } from '../../api/types.gen';
import { Moment } from '../../components/Moment';
import { ServiceLink } from '../../components/ServiceLink';
import { pageUrl, ROUTES } from '../../constants';

type Cell<V> = CellProps<RecurringShape, V>;

const columns = (): Array<Column<RecurringShape>> => [
  {
    id: 'title',
    header: t('insights.recurring-title', 'Incident'),
    cell: ({ row: { original } }: Cell<string>) => (
      <TextLink href={`${pageUrl(ROUTES.incidents)}?q=${encodeURIComponent(original.title)}`} inline={false}>
        {original.title}
      </TextLink>
    ),
  },
  {
    id: 'service',
    header: t('insights.recurring-service', 'Service'),
    cell: ({ row: { original } }: Cell<string>) => <ServiceLink name={original.service} />,
  },
  { id: 'count', header: t('insights.recurring-count', 'Times'), sortType: 'number' },
  {
    id: 'last',
    header: t('insights.recurring-last', 'Last'),
    cell: ({ row: { original } }: Cell<string>) => <Moment at={original.last} as="relative" />,
  },
];

export function RecurringTable({ recurring }: { recurring: RecurringShape[] }) {
  const title = t('insights.recurring', 'Recurring incidents');
  const made = useMemo(() => columns(), []);
  return (
    <section aria-label={title}>
      <Stack direction="column" gap={1}>
        <Text element="h3" variant="h5">
          {title}
        </Text>
        {recurring.length > 0 ? (
          <InteractiveTable columns={made} data={recurring} getRowId={(row) => `${row.service}\0${row.title}`} />
        ) : (
          <Text color="secondary">{t('insights.recurring-none', 'Nothing came twice in this period')}</Text>
        )}
      </Stack>
    </section>
  );
}
