/** Define a custom field, or change one. */
import { t } from '@grafana/i18n';
import { Combobox, Field, Input, MultiCombobox, Switch, TextArea } from '@grafana/ui';
import { useState } from 'react';
import { useSaveField } from '../../../api/forms';
import { type FieldInput, type FieldKind, type FieldShape } from '../../../api/types.gen';
import { fieldKindText } from '../../../components/CustomField';
import { problemAt } from '../../../components/FieldErrors';
import { STATUSES, useStatusWords } from '../../../components/StatusBadge';
import { linesOf } from '../../../lib/lines';
import { FormDrawer } from '../FormDrawer';
import { NumberField } from '../NumberField';

const KINDS: readonly FieldKind[] = ['text', 'number', 'select', 'multi', 'user', 'date', 'link'];

interface FieldDrawerProps {
  /** Null for a new one. */
  field: FieldShape | null;
  onClose: () => void;
}

export function FieldDrawer({ field, onClose }: FieldDrawerProps) {
  const save = useSaveField();
  const [key, setKey] = useState(field?.key ?? '');
  const [draft, setDraft] = useState<FieldInput>(() => draftOf(field));
  const [options, setOptions] = useState((draft.options ?? []).join('\n'));
  const change = (part: Partial<FieldInput>) => setDraft((before) => ({ ...before, ...part }));
  const listed = draft.kind === 'select' || draft.kind === 'multi';
  const { nameOf } = useStatusWords();
  return (
    <FormDrawer
      title={field ? field.title : t('field.new', 'New field')}
      onClose={onClose}
      error={save.error}
      ready={key !== '' && draft.title.trim() !== ''}
      busy={save.isPending}
      onSubmit={() =>
        save.mutate({ key, body: { ...draft, options: listed ? linesOf(options) : [] } }, { onSuccess: onClose })
      }
    >
      <Field label={t('field.title', 'Title')} required {...problemAt(save.error, 'title')}>
        <Input value={draft.title} onChange={(event) => change({ title: event.currentTarget.value })} />
      </Field>
      <Field
        label={t('field.key', 'Key')}
        description={t('field.key-hint', 'Small letters, digits, - and _. The API knows the field by it.')}
        required
        {...problemAt(save.error, 'key')}
      >
        <Input value={key} disabled={field !== null} onChange={(event) => setKey(event.currentTarget.value)} />
      </Field>
      <Field label={t('field.kind', 'Holds')} {...problemAt(save.error, 'kind')}>
        <Combobox
          value={draft.kind ?? 'text'}
          options={KINDS.map((value) => ({ value, label: fieldKindText(value) }))}
          onChange={({ value }) => change({ kind: value })}
        />
      </Field>
      {listed && (
        <Field
          label={t('field.options', 'Options')}
          description={t('field.options-hint', 'One to a line, in the order in which they are shown')}
          required
          {...problemAt(save.error, 'options')}
        >
          <TextArea rows={5} value={options} onChange={(event) => setOptions(event.currentTarget.value)} />
        </Field>
      )}
      <Field label={t('field.description', 'Description')} {...problemAt(save.error, 'description')}>
        <Input
          value={draft.description ?? ''}
          onChange={(event) => change({ description: event.currentTarget.value })}
        />
      </Field>
      <Field
        label={t('field.required', 'Required before an incident is')}
        description={t('field.required-hint', 'None: the field may stay empty')}
        {...problemAt(save.error, 'requiredOn')}
      >
        <MultiCombobox
          value={draft.requiredOn ?? []}
          options={STATUSES.map((value) => ({ value, label: nameOf(value) }))}
          onChange={(chosen) => change({ requiredOn: chosen.map((each) => each.value) })}
        />
      </Field>
      <NumberField
        label={t('field.position', 'Order (smaller is shown first)')}
        value={draft.position}
        onChange={(position) => change({ position })}
        problem={problemAt(save.error, 'position')}
      />
      <Field label={t('field.enabled', 'In use')}>
        <Switch value={draft.enabled ?? true} onChange={(event) => change({ enabled: event.currentTarget.checked })} />
      </Field>
    </FormDrawer>
  );
}

function draftOf(field: FieldShape | null): FieldInput {
  if (!field) {
    return { title: '', kind: 'text', position: 0 };
  }
  const { key: _key, updatedAt: _at, updatedBy: _by, ...draft } = field;
  return draft;
}
