/** The custom fields of one incident: those that are defined, filled or not, and values whose field is gone. */
import { t } from '@grafana/i18n';
import { Button, IconButton, Stack, Text } from '@grafana/ui';
import { useState } from 'react';
import { useFields } from '../../../api/forms';
import { type FieldShape, type IncidentDetailShape } from '../../../api/types.gen';
import { type KnownPerson } from '../../../components/AssigneePicker';
import { CustomFieldControl, CustomFieldValue } from '../../../components/CustomField';
import { useStatusWords } from '../../../components/StatusBadge';
import { fieldValues, type FieldValue, isEmptyValue, withValue } from '../../../lib/fieldValues';
import { type Editor } from '../workspace/useEditor';
import { DetailItem } from './DetailItem';

interface CustomFieldsProps {
  incident: IncidentDetailShape;
  editor: Editor;
  readOnly: boolean;
  people: readonly KnownPerson[];
  me: string;
}

export function CustomFields(props: CustomFieldsProps) {
  const { data, error, isPending } = useFields();
  const { fields } = props.incident;
  const defined = (data ?? []).filter((each) => each.enabled || !isEmptyValue(fields[each.key]));
  const others = Object.entries(fields).filter(([key]) => !defined.some((each) => each.key === key));
  // Without the definitions it is not known what is a field and what is a leftover.
  return isPending ? null : (
    <>
      {defined.map((field) => (
        <DetailItem key={field.key} name={field.title}>
          <OneField {...props} field={field} />
        </DetailItem>
      ))}
      {others.map(([key, value]) => (
        <DetailItem key={key} name={key}>
          <CustomFieldValue field={null} value={value} />
        </DetailItem>
      ))}
      {error && (
        <Text variant="bodySmall" color="secondary">
          {t('custom.failed', 'The definitions of custom fields could not be loaded')}: {error.message}
        </Text>
      )}
    </>
  );
}

interface Edit {
  value: FieldValue | undefined;
  /** The incident as it was when the person began. */
  seen: IncidentDetailShape;
}

function OneField({ incident, editor, readOnly, people, me, field }: CustomFieldsProps & { field: FieldShape }) {
  const [edit, setEdit] = useState<Edit | null>(null);
  const value = fieldValues(incident.fields)[field.key];
  if (!edit) {
    return (
      <Stack alignItems="baseline" gap={1}>
        {isEmptyValue(value) ? <Empty field={field} /> : <CustomFieldValue field={field} value={value} />}
        {!readOnly && (
          <IconButton
            name="pen"
            size="sm"
            tooltip={t('custom.edit', 'Edit {{- title}}', { title: field.title })}
            onClick={() => setEdit({ value, seen: incident })}
          />
        )}
      </Stack>
    );
  }
  const save = async () => {
    const fields = withValue(incident.fields, field.key, edit.value ?? null);
    if (await editor.edit({ fields }, edit.seen)) {
      setEdit(null);
    }
  };
  const problem = editor.error?.problems.find((each) => each.path === `$.fields.${field.key}`)?.problem;
  return (
    <Stack direction="column" gap={1}>
      <CustomFieldControl
        field={field}
        value={edit.value}
        people={people}
        me={me}
        onChange={(next) => setEdit({ ...edit, value: next })}
      />
      {problem && (
        <Text color="error" variant="bodySmall">
          {problem}
        </Text>
      )}
      <Stack gap={1}>
        <Button size="sm" disabled={editor.busy} onClick={() => void save()}>
          {t('custom.save', 'Save')}
        </Button>
        <Button size="sm" variant="secondary" onClick={() => setEdit(null)}>
          {t('custom.cancel', 'Cancel')}
        </Button>
      </Stack>
    </Stack>
  );
}

function Empty({ field }: { field: FieldShape }) {
  const { nameOf } = useStatusWords();
  return (
    <Text color="secondary">
      {field.requiredOn[0]
        ? t('custom.required', 'empty; needed before it is {{- status}}', { status: nameOf(field.requiredOn[0]) })
        : t('custom.empty', 'empty')}
    </Text>
  );
}
