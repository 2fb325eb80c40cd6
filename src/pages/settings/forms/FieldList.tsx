/** Custom fields in the order in which incidents show them. */
import { t } from '@grafana/i18n';
import { Badge, Stack, Text } from '@grafana/ui';
import { useState } from 'react';
import { useDeleteField, useFields } from '../../../api/forms';
import { type FieldShape } from '../../../api/types.gen';
import { fieldKindText } from '../../../components/CustomField';
import { PlainTable } from '../../../components/PlainTable';
import { NothingState, StateView } from '../../../components/StateView';
import { useStatusWords } from '../../../components/StatusBadge';
import { signedIn } from '../../../lib/role';
import { ListHead } from '../ListHead';
import { RowButtons } from '../RowButtons';
import { RowName } from '../RowName';
import { FieldDrawer } from './FieldDrawer';

export function FieldList() {
  const fields = useFields();
  const { isAdmin } = signedIn();
  const [edited, setEdited] = useState<FieldShape | 'new' | null>(null);
  return (
    <section aria-labelledby="custom-fields">
      <Stack direction="column" gap={1}>
        <Text element="h3" variant="h4" id="custom-fields">
          {t('fields.title', 'Custom fields')}
        </Text>
        <ListHead
          {...(isAdmin && { add: { label: t('fields.add', 'Define a field'), onClick: () => setEdited('new') } })}
        >
          {t(
            'fields.hint',
            'Every incident has them. A required field must be filled before an incident reaches the state; alerts are never held up. Administrators define them.'
          )}
        </ListHead>
        <StateView
          query={fields}
          isEmpty={(items) => items.length === 0}
          empty={
            <NothingState message={t('fields.none', 'No field is defined')}>
              {t('fields.none-hint', 'Until one is, incidents take any field that a caller sends.')}
            </NothingState>
          }
        >
          {(items) => <FieldTable fields={items} {...(isAdmin && { onEdit: setEdited })} />}
        </StateView>
        {edited && <FieldDrawer field={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />}
      </Stack>
    </section>
  );
}

interface FieldTableProps {
  fields: readonly FieldShape[];
  /** Absent for those who may only read. */
  onEdit?: (field: FieldShape) => void;
}

function FieldTable({ fields, onEdit }: FieldTableProps) {
  const remove = useDeleteField();
  const { nameOf } = useStatusWords();
  return (
    <PlainTable
      label={t('fields.title', 'Custom fields')}
      head={[
        t('fields.field', 'Field'),
        t('fields.key', 'Key'),
        t('fields.kind', 'Holds'),
        t('fields.required', 'Required'),
        ...(onEdit ? [''] : []),
      ]}
      rows={fields.map((each) => ({
        key: each.key,
        cells: [
          <RowName key="title" name={each.title} about={each.description}>
            {!each.enabled && <Badge color="orange" text={t('fields.off', 'switched off')} />}
          </RowName>,
          <code key="key">{each.key}</code>,
          each.options.length > 0
            ? `${fieldKindText(each.kind)}: ${each.options.join(', ')}`
            : fieldKindText(each.kind),
          each.requiredOn.length > 0 ? each.requiredOn.map((status) => nameOf(status)).join(', ') : '–',
          ...(onEdit
            ? [
                <RowButtons
                  key="do"
                  name={each.title}
                  onEdit={() => onEdit(each)}
                  onDelete={() => remove.mutate(each.key)}
                />,
              ]
            : []),
        ],
      }))}
    />
  );
}
