/** A custom field of an incident: its value as text, and the control that its kind asks for. */
import { t } from '@grafana/i18n';
import { Combobox, Input, MultiCombobox, TextLink } from '@grafana/ui';
import { type FieldKind, type FieldShape } from '../api/types.gen';
import { type FieldValue, isEmptyValue } from '../lib/fieldValues';
import { webUrl } from '../lib/links';
import { AssigneePicker, type KnownPerson } from './AssigneePicker';
import { Moment } from './Moment';
import { MomentInput } from './MomentInput';

/** `2026-03-01`, in contrast to a moment of it. */
const DAY_LENGTH = 10;

interface CustomFieldValueProps {
  /** Null for a value whose field is not defined any more. */
  field: FieldShape | null;
  value: unknown;
}

export function CustomFieldValue({ field, value }: CustomFieldValueProps) {
  if (Array.isArray(value)) {
    return <>{value.map(String).join(', ')}</>;
  }
  if (typeof value !== 'string') {
    return <>{JSON.stringify(value)}</>;
  }
  const address = field?.kind === 'link' ? webUrl(value) : null;
  if (address) {
    return (
      <TextLink href={address} external inline={false}>
        {value}
      </TextLink>
    );
  }
  return field?.kind === 'date' && value.length > DAY_LENGTH ? <Moment at={value} /> : <>{value}</>;
}

interface CustomFieldControlProps {
  field: FieldShape;
  value: FieldValue | undefined;
  onChange: (value: FieldValue) => void;
  people: readonly KnownPerson[];
  me: string;
  id?: string;
}

export function CustomFieldControl({ field, value, onChange, people, me, id }: CustomFieldControlProps) {
  const text = isEmptyValue(value) ? '' : String(value);
  const options = field.options.map((each) => ({ value: each, label: each }));
  const common = { 'aria-label': field.title, ...(id && { id }) };
  switch (field.kind) {
    case 'select':
      return (
        <Combobox
          {...common}
          isClearable
          placeholder={t('custom.choose', 'Choose')}
          value={text || null}
          options={options}
          onChange={(option) => onChange(option?.value ?? null)}
        />
      );
    case 'multi':
      return (
        <MultiCombobox
          {...common}
          placeholder={t('custom.choose', 'Choose')}
          value={Array.isArray(value) ? value : []}
          options={options}
          onChange={(chosen) => onChange(chosen.map((each) => each.value))}
        />
      );
    case 'user':
      return (
        <AssigneePicker
          {...(id && { id })}
          label={field.title}
          value={text}
          people={people}
          me={me}
          onChange={(login) => onChange(login || null)}
        />
      );
    case 'number':
      return (
        <Input
          {...common}
          type="number"
          step="any"
          value={text}
          onChange={(event) => {
            const { valueAsNumber } = event.currentTarget;
            onChange(Number.isNaN(valueAsNumber) ? null : valueAsNumber);
          }}
        />
      );
    case 'date':
      return text.length > DAY_LENGTH ? (
        <MomentInput {...(id && { id })} value={text} onChange={(moment) => onChange(moment || null)} />
      ) : (
        <Input {...common} type="date" value={text} onChange={(event) => onChange(event.currentTarget.value || null)} />
      );
    case 'text':
    case 'link':
      return (
        <Input
          {...common}
          type={field.kind === 'link' ? 'url' : 'text'}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value || null)}
        />
      );
  }
}

export function fieldKindText(kind: FieldKind): string {
  const texts: Record<FieldKind, string> = {
    text: t('custom.kind-text', 'text'),
    number: t('custom.kind-number', 'number'),
    select: t('custom.kind-select', 'one of a list'),
    multi: t('custom.kind-multi', 'several of a list'),
    user: t('custom.kind-user', 'person'),
    date: t('custom.kind-date', 'date'),
    link: t('custom.kind-link', 'link'),
  };
  return texts[kind];
}
