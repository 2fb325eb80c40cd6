/** Type a moment, in the time zone that the person chose in Grafana. */
import { dateTimeForTimeZone, dateTimeFormat, getTimeZone } from '@grafana/data';
import { Input } from '@grafana/ui';

interface MomentInputProps {
  /** RFC 3339; empty for none. */
  value: string;
  /** RFC 3339; empty while what is typed is no moment. */
  onChange: (value: string) => void;
  id?: string;
  label?: string;
  /** To the second, and not to the minute. */
  exact?: boolean;
}

const TYPED = 'YYYY-MM-DDTHH:mm';
const EXACT = `${TYPED}:ss`;

export function MomentInput({ value, onChange, id, label, exact = false }: MomentInputProps) {
  const format = exact ? EXACT : TYPED;
  return (
    <Input
      {...(id && { id })}
      type="datetime-local"
      width={30}
      {...(label && { 'aria-label': label })}
      {...(exact && { step: 1 })}
      value={typedOf(value, format)}
      onChange={(event) => onChange(momentOf(event.currentTarget.value))}
    />
  );
}

function typedOf(moment: string, format: string): string {
  const ms = Date.parse(moment);
  return Number.isNaN(ms) ? '' : dateTimeFormat(ms, { timeZone: getTimeZone(), format });
}

function momentOf(typed: string): string {
  // Browsers leave seconds out where they are zero.
  const found = dateTimeForTimeZone(getTimeZone(), typed, typed.length > TYPED.length ? EXACT : TYPED);
  return typed !== '' && found.isValid() ? found.toISOString() : '';
}
