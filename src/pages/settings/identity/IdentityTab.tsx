/** Which alerts are one: rules in the order in which they are tried. Without one, sources say what an alert is. */
import { t } from '@grafana/i18n';
import { Badge, Stack } from '@grafana/ui';
import { useState } from 'react';
import { useDeleteIdentityRule, useIdentityRules } from '../../../api/identityRules';
import { type IdentityRuleShape } from '../../../api/types.gen';
import { matchersText } from '../../../components/MatchersField';
import { PlainTable } from '../../../components/PlainTable';
import { NothingState, StateView } from '../../../components/StateView';
import { signedIn } from '../../../lib/role';
import { ListHead } from '../ListHead';
import { RowButtons } from '../RowButtons';
import { RowName } from '../RowName';
import { IdentityDrawer } from './IdentityDrawer';
import { ruleText, senderText } from './words';

export function IdentityTab() {
  const rules = useIdentityRules();
  const remove = useDeleteIdentityRule();
  const { canEdit } = signedIn();
  const [edited, setEdited] = useState<IdentityRuleShape | 'new' | null>(null);
  return (
    <Stack direction="column" gap={2}>
      <ListHead {...(canEdit && { add: { label: t('identity.add', 'Add a rule'), onClick: () => setEdited('new') } })}>
        {t(
          'identity.hint',
          'Alerts that a rule takes for one fire as one and are over with the last of them. The first rule that covers an alert decides; a rule that is new, changed or deleted is for new alerts only.'
        )}
      </ListHead>
      <StateView
        query={rules}
        isEmpty={(items) => items.length === 0}
        empty={
          <NothingState message={t('identity.none', 'Each alert is what its source says')}>
            {t('identity.none-hint', 'Write a rule when many alerts tell of one trouble: one for each pod, say.')}
          </NothingState>
        }
      >
        {(items) => (
          <PlainTable
            label={t('identity.table', 'Rules about which alerts are one')}
            head={[
              t('identity.rule', 'Rule'),
              t('identity.covers', 'Alerts with'),
              t('identity.from', 'From'),
              t('identity.same', 'Are one when'),
              t('identity.order', 'Order'),
              ...(canEdit ? [''] : []),
            ]}
            rows={items.map((each) => ({
              key: each.id,
              cells: [
                <RowName key="name" name={each.title} about="">
                  {!each.enabled && <Badge color="orange" text={t('identity.off', 'switched off')} />}
                </RowName>,
                <code key="covers">{matchersText(each.matchers)}</code>,
                senderText(each.source),
                ruleText(each),
                each.position,
                ...(canEdit
                  ? [
                      <RowButtons
                        key="do"
                        name={each.title}
                        onEdit={() => setEdited(each)}
                        onDelete={() => remove.mutate(each.id)}
                      />,
                    ]
                  : []),
              ],
            }))}
          />
        )}
      </StateView>
      {edited && <IdentityDrawer rule={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />}
    </Stack>
  );
}
