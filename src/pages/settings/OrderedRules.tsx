/** Rules that are tried in their order: what they are for, a table of them, and how one is added, changed, taken away. */
import { t } from '@grafana/i18n';
import { Badge, Stack } from '@grafana/ui';
import { type ReactNode, useState } from 'react';
import { type MatcherShape } from '../../api/types.gen';
import { matchersText } from '../../components/MatchersField';
import { PlainTable } from '../../components/PlainTable';
import { type Asked, NothingState, StateView } from '../../components/StateView';
import { signedIn } from '../../lib/role';
import { ListHead } from './ListHead';
import { RowButtons } from './RowButtons';
import { RowName } from './RowName';

interface OrderedRule {
  id: string;
  enabled: boolean;
  position: number;
  matchers: MatcherShape[];
}

interface OrderedRulesProps<T extends OrderedRule> {
  rules: Asked<readonly T[]>;
  nameOf: (rule: T) => string;
  /** Beside the name. */
  badges?: (rule: T) => ReactNode;
  /** What a rule does with the alerts that it covers. */
  columns: ReadonlyArray<{ head: string; cell: (rule: T) => ReactNode }>;
  words: {
    hint: string;
    add: string;
    /** Of the table, for those who hear the page. */
    table: string;
    /** Above the names. */
    rule: string;
    none: string;
    noneHint: string;
  };
  onDelete: (id: string) => void;
  /** Where one is written; null for a new one. */
  drawer: (rule: T | null, close: () => void) => ReactNode;
}

export function OrderedRules<T extends OrderedRule>(props: OrderedRulesProps<T>) {
  const { rules, nameOf, badges, columns, words, onDelete, drawer } = props;
  const { canEdit } = signedIn();
  const [edited, setEdited] = useState<T | 'new' | null>(null);
  return (
    <Stack direction="column" gap={2}>
      <ListHead {...(canEdit && { add: { label: words.add, onClick: () => setEdited('new') } })}>{words.hint}</ListHead>
      <StateView
        query={rules}
        isEmpty={(items) => items.length === 0}
        empty={<NothingState message={words.none}>{words.noneHint}</NothingState>}
      >
        {(items) => (
          <PlainTable
            label={words.table}
            head={[
              words.rule,
              t('ordered-rules.covers', 'Alerts with'),
              ...columns.map(({ head }) => head),
              t('ordered-rules.order', 'Order'),
              ...(canEdit ? [''] : []),
            ]}
            rows={items.map((each) => ({
              key: each.id,
              cells: [
                <RowName key="name" name={nameOf(each)} about="">
                  {!each.enabled && <Badge color="orange" text={t('ordered-rules.off', 'switched off')} />}
                  {badges?.(each)}
                </RowName>,
                <code key="covers">{matchersText(each.matchers)}</code>,
                ...columns.map(({ cell }) => cell(each)),
                each.position,
                ...(canEdit
                  ? [
                      <RowButtons
                        key="do"
                        name={nameOf(each)}
                        onEdit={() => setEdited(each)}
                        onDelete={() => onDelete(each.id)}
                      />,
                    ]
                  : []),
              ],
            }))}
          />
        )}
      </StateView>
      {edited && drawer(edited === 'new' ? null : edited, () => setEdited(null))}
    </Stack>
  );
}
