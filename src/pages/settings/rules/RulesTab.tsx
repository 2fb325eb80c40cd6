/** Rules about which alerts open which incident. With none, the defaults apply: they are said here too. */
import { t } from '@grafana/i18n';
import { Badge } from '@grafana/ui';
import { useDeleteRule, useRules } from '../../../api/rules';
import { OrderedRules } from '../OrderedRules';
import { RuleDrawer } from './RuleDrawer';
import { actionText } from './words';

export function RulesTab() {
  const { mutate: remove } = useDeleteRule();
  return (
    <OrderedRules
      rules={useRules()}
      nameOf={({ name }) => name}
      badges={({ drill }) => drill && <Badge color="purple" text={t('rules.drill', 'drill')} />}
      columns={[{ head: t('rules.does', 'Does'), cell: actionText }]}
      words={{
        hint: t(
          'rules.default',
          'The first rule that covers an alert decides. Alerts that no rule covers open an incident for each service, join an open one of the same service or of a direct neighbour with an onset within 15 minutes, and resolve it when all of its alerts are resolved.'
        ),
        add: t('rules.add', 'Add a rule'),
        table: t('rules.table', 'Rules about incidents'),
        rule: t('rules.name', 'Rule'),
        none: t('rules.none', 'No rule is written'),
        noneHint: t('rules.none-hint', 'The defaults above are enough for most teams.'),
      }}
      onDelete={remove}
      drawer={(rule, close) => <RuleDrawer rule={rule} onClose={close} />}
    />
  );
}
