/** A selector or query of PromQL. */
import { Field, TextArea } from '@grafana/ui';

interface SelectorFieldProps {
  id: string;
  label: string;
  description?: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
  problem: { invalid?: true; error?: string };
}

export function SelectorField({ id, label, description, placeholder, value, onChange, problem }: SelectorFieldProps) {
  return (
    <Field noMargin label={label} description={description} htmlFor={id} {...problem}>
      <TextArea
        id={id}
        rows={2}
        spellCheck={false}
        autoCapitalize="off"
        placeholder={placeholder}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </Field>
  );
}
