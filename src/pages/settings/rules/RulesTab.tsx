/** Rules in the order in which they are tried. With none, the defaults apply: they are said here too. */
import { t } from '@grafana/i18n';
import { Alert, Badge, Button, type Column, InteractiveTable, Stack } from '@grafana/ui';
import { useMemo, useState } from 'react';
import { useDeleteRule, useRules } from '../../../api/rules';
import { type RuleShape } from '../../../api/types.gen';
import { matchersText } from '../../../components/MatchersField';
import { NothingState, StateView } from '../../../components/StateView';
import { formatSeconds } from '../../../lib/duration';
import { signedIn } from '../../../lib/role';
import { RowButtons } from '../RowButtons';
import { RuleDrawer } from './RuleDrawer';
import { autoResolveText } from './words';

interface CellOf {
  row: { original: RuleShape };
}

export function RulesTab() {
  const rules = useRules();
  const { canEdit } = signedIn();
  const [edited, setEdited] = useState<RuleShape | 'new' | null>(null);
  const columns = useColumns(canEdit ? setEdited : null);
  return (
    <Stack direction="column" gap={2}>
      <Alert severity="info" title={t('rules.default-title', 'Alerts that no rule matches')}>
        {t(
          'rules.default',
          'open an incident for each service, join an open one of the same service or of a direct neighbour with an onset within 15 minutes, and resolve it when all of its alerts are resolved.'
        )}
      </Alert>
      {canEdit && (
        <Stack justifyContent="flex-end">
          <Button icon="plus" onClick={() => setEdited('new')}>
            {t('rules.add', 'Add a rule')}
          </Button>
        </Stack>
      )}
      <StateView
        query={rules}
        isEmpty={(items) => items.length === 0}
        empty={
          <NothingState message={t('rules.none', 'No rule is written')}>
            {t('rules.none-hint', 'The defaults above are enough for most teams.')}
          </NothingState>
        }
      >
        {(items) => <InteractiveTable columns={columns} data={items} getRowId={(rule) => rule.id} />}
      </StateView>
      {edited && <RuleDrawer rule={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />}
    </Stack>
  );
}

function useColumns(edit: ((rule: RuleShape) => void) | null): Array<Column<RuleShape>> {
  const { mutate: remove } = useDeleteRule();
  return useMemo(
    () => [
      { id: 'position', header: t('rules.order', 'Order') },
      {
        id: 'name',
        header: t('rules.name', 'Rule'),
        cell: ({ row: { original } }: CellOf) => (
          <Stack alignItems="center">
            {original.name}
            {!original.enabled && <Badge color="orange" text={t('rules.off', 'switched off')} />}
            {original.drill && <Badge color="purple" text={t('rules.drill', 'drill')} />}
          </Stack>
        ),
      },
      {
        id: 'matchers',
        header: t('rules.matches', 'Alerts with'),
        cell: ({ row }: CellOf) => <code>{matchersText(row.original.matchers)}</code>,
      },
      {
        id: 'action',
        header: t('rules.does', 'Does'),
        cell: ({ row: { original } }: CellOf) =>
          original.action === 'set_aside'
            ? t('rules.set-aside', 'kept, without an incident')
            : original.action === 'suppress'
              ? t('rules.suppress', 'waits while {{- parents}} has an open incident', {
                  parents: original.parents.join(', ') || t('rules.any-parent', 'what it depends on'),
                })
              : t('rules.groups', 'grouped by {{- labels}} within {{- window}}; {{- resolve}}', {
                  labels: original.groupBy.join(', ') || t('rules.by-service', 'service'),
                  window: formatSeconds(original.windowSeconds),
                  resolve: autoResolveText(original.autoResolve),
                }),
      },
      ...(edit
        ? [
            {
              id: 'actions',
              header: '',
              cell: ({ row: { original } }: CellOf) => (
                <RowButtons name={original.name} onEdit={() => edit(original)} onDelete={() => remove(original.id)} />
              ),
            },
          ]
        : []),
    ],
    [edit, remove]
  );
}
