/** A field for a number that is not negative. */
import { Field, Input } from '@grafana/ui';
import { type problemAt } from '../../components/FieldErrors';

interface NumberFieldProps {
  label: string;
  description?: string;
  value: number | undefined;
  min?: number;
  onChange: (value: number) => void;
  problem: ReturnType<typeof problemAt>;
}

export function NumberField({ label, description, value, min = 0, onChange, problem }: NumberFieldProps) {
  return (
    <Field label={label} description={description} {...problem}>
      <Input
        type="number"
        min={min}
        width={20}
        value={value ?? ''}
        onChange={(event) => onChange(event.currentTarget.valueAsNumber || 0)}
      />
    </Field>
  );
}
