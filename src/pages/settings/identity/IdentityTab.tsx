/** Which alerts are one: rules in the order in which they are tried. Without one, sources say what an alert is. */
import { t } from '@grafana/i18n';
import { useDeleteIdentityRule, useIdentityRules } from '../../../api/identityRules';
import { OrderedRules } from '../OrderedRules';
import { IdentityDrawer } from './IdentityDrawer';
import { ruleText, senderText } from './words';

export function IdentityTab() {
  const { mutate: remove } = useDeleteIdentityRule();
  return (
    <OrderedRules
      rules={useIdentityRules()}
      nameOf={({ title }) => title}
      columns={[
        { head: t('identity.from', 'From'), cell: ({ source, integration }) => senderText(source, integration) },
        { head: t('identity.same', 'Are one when'), cell: ruleText },
      ]}
      words={{
        hint: t(
          'identity.hint',
          'Alerts that a rule takes for one fire as one and are over with the last of them. The first rule that covers an alert decides; a rule that is new, changed or deleted is for new alerts only.'
        ),
        add: t('identity.add', 'Add a rule'),
        table: t('identity.table', 'Rules about which alerts are one'),
        rule: t('identity.rule', 'Rule'),
        none: t('identity.none', 'Each alert is what its source says'),
        noneHint: t('identity.none-hint', 'Write a rule when many alerts tell of one trouble: one for each pod, say.'),
      }}
      onDelete={remove}
      drawer={(rule, close) => <IdentityDrawer rule={rule} onClose={close} />}
    />
  );
}
