/** A length of time in seconds, with the same in words beside it. */
import { t } from '@grafana/i18n';
import { Field, Input } from '@grafana/ui';
import { formatSeconds } from '../../../lib/duration';
import { wholeOf } from './numbers';

interface SecondsFieldProps {
  id: string;
  label: string;
  description?: string;
  placeholder?: string;
  value: string;
  onChange: (value: string) => void;
  problem: { invalid?: true; error?: string };
}

export function SecondsField({ id, label, description, placeholder, value, onChange, problem }: SecondsFieldProps) {
  const seconds = wholeOf(value);
  return (
    <Field noMargin label={label} description={description} htmlFor={id} {...problem}>
      <Input
        id={id}
        width={24}
        inputMode="numeric"
        placeholder={placeholder}
        suffix={
          seconds < 60
            ? t('slo-edit.seconds', 'seconds')
            : t('slo-edit.seconds-or', 'seconds = {{- span}}', { span: formatSeconds(seconds) })
        }
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </Field>
  );
}
