/** Fields of the query editor: each with a label that reads aloud, and help where the label is not enough. */
import {
  Combobox,
  type ComboboxOption,
  InlineField,
  InlineSwitch,
  Input,
  MultiCombobox,
  RadioButtonGroup,
} from '@grafana/ui';
import { type ChangeEvent, useId, useState } from 'react';

interface Labelled {
  label: string;
  help?: string;
}

interface TextFieldProps extends Labelled {
  value: string;
  placeholder?: string;
  invalid?: boolean;
  width?: number;
  onChange: (value: string) => void;
}

/** Text; taken over when the field is left or Enter is pressed, so that no query runs for each letter. */
export function TextField({ label, help, value, placeholder, invalid, width = 24, onChange }: TextFieldProps) {
  const id = useId();
  const [draft, setDraft] = useState(value);
  const [seen, setSeen] = useState(value);
  if (seen !== value) {
    setSeen(value);
    setDraft(value);
  }
  const keep = () => draft.trim() !== value && onChange(draft.trim());
  return (
    <InlineField label={label} tooltip={help} htmlFor={id} invalid={invalid}>
      <Input
        id={id}
        width={width}
        value={draft}
        placeholder={placeholder}
        onChange={(event: ChangeEvent<HTMLInputElement>) => setDraft(event.currentTarget.value)}
        onBlur={keep}
        onKeyDown={(event) => event.key === 'Enter' && keep()}
      />
    </InlineField>
  );
}

interface ListFieldProps extends Labelled {
  values: string[];
  /** A list, or where to get it. */
  options: Array<ComboboxOption<string>> | ((typed: string) => Promise<Array<ComboboxOption<string>>>);
  placeholder?: string;
  onChange: (values: string[]) => void;
}

/** Several words; a dashboard variable such as `$service` can be typed in. */
export function ListField({ label, help, values, options, placeholder, onChange }: ListFieldProps) {
  const id = useId();
  return (
    <InlineField label={label} tooltip={help} htmlFor={id}>
      <MultiCombobox
        id={id}
        aria-label={label}
        options={options}
        value={values}
        placeholder={placeholder}
        createCustomValue
        isClearable
        width="auto"
        minWidth={20}
        maxWidth={60}
        onChange={(chosen) => onChange(chosen.map((each) => each.value))}
      />
    </InlineField>
  );
}

interface OneFieldProps<T extends string> extends Labelled {
  value: T;
  options: Array<ComboboxOption<T>>;
  width?: number;
  onChange: (value: T) => void;
}

/** One of several words, each with a line of help. */
export function OneField<T extends string>({ label, help, value, options, width = 30, onChange }: OneFieldProps<T>) {
  const id = useId();
  return (
    <InlineField label={label} tooltip={help} htmlFor={id}>
      <Combobox
        id={id}
        aria-label={label}
        options={options}
        value={value}
        width={width}
        onChange={(chosen) => onChange(chosen.value)}
      />
    </InlineField>
  );
}

/** One of few words, all in sight. */
export function RadioField<T extends string>({ label, help, value, options, onChange }: OneFieldProps<T>) {
  return (
    <InlineField label={label} tooltip={help}>
      <RadioButtonGroup aria-label={label} options={options} value={value} onChange={onChange} />
    </InlineField>
  );
}

interface SwitchFieldProps extends Labelled {
  value: boolean;
  onChange: (value: boolean) => void;
}

/** Yes or no. */
export function SwitchField({ label, help, value, onChange }: SwitchFieldProps) {
  const id = useId();
  return (
    <InlineField label={label} tooltip={help} htmlFor={id}>
      <InlineSwitch id={id} value={value} onChange={(event) => onChange(event.currentTarget.checked)} />
    </InlineField>
  );
}

/** One word from a list that is asked for, or typed in. */
export function SearchField({
  label,
  help,
  value,
  options,
  placeholder,
  invalid,
  onChange,
}: Labelled & {
  value: string;
  options: (typed: string) => Promise<Array<ComboboxOption<string>>>;
  placeholder?: string;
  invalid?: boolean;
  onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <InlineField label={label} tooltip={help} htmlFor={id} invalid={invalid}>
      <Combobox
        id={id}
        aria-label={label}
        options={options}
        value={value === '' ? null : value}
        placeholder={placeholder}
        createCustomValue
        isClearable
        width={30}
        onChange={(chosen) => onChange(chosen?.value ?? '')}
      />
    </InlineField>
  );
}
