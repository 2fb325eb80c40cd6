/** People who have used the app. Grafana is where they are added and where their roles are given. */
import { t } from '@grafana/i18n';
import { Button, type Column, InteractiveTable, Stack, Text } from '@grafana/ui';
import { useMemo } from 'react';
import { usePeopleOfOrganisation } from '../../api/audit';
import { type PersonShape } from '../../api/types.gen';
import { Moment } from '../../components/Moment';
import { NothingState, StateView } from '../../components/StateView';

interface CellOf {
  row: { original: PersonShape };
}

const columns = (): Array<Column<PersonShape>> => [
  { id: 'login', header: t('people.login', 'Login') },
  { id: 'name', header: t('people.name', 'Name') },
  { id: 'email', header: t('people.email', 'E-mail') },
  { id: 'role', header: t('people.role', 'Role when last seen') },
  {
    id: 'lastSeenAt',
    header: t('people.last-seen', 'Last seen'),
    cell: ({ row }: CellOf) => <Moment at={row.original.lastSeenAt} as="relative" />,
  },
];

export function PeopleTab() {
  const people = usePeopleOfOrganisation();
  const made = useMemo(() => columns(), []);
  return (
    <StateView
      query={people}
      isEmpty={(data) => data.pages.every((page) => page.items.length === 0)}
      empty={<NothingState message={t('people.none', 'Nobody has used the app yet')} />}
    >
      {(data) => (
        <Stack direction="column" gap={2}>
          <Text color="secondary">
            {t('people.hint', 'Grafana is the identity: people are added and given roles there.')}
          </Text>
          <InteractiveTable
            columns={made}
            data={data.pages.flatMap((page) => page.items)}
            getRowId={(person) => person.login}
          />
          {people.hasNextPage && (
            <Button
              variant="secondary"
              disabled={people.isFetchingNextPage}
              onClick={() => void people.fetchNextPage()}
            >
              {t('people.more', 'More')}
            </Button>
          )}
        </Stack>
      )}
    </StateView>
  );
}
