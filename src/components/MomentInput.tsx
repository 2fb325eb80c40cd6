/** Type a moment, in the time zone that the person chose in Grafana. */
import { dateTimeForTimeZone, dateTimeFormat, getTimeZone, getZone } from '@grafana/data';
import { Input } from '@grafana/ui';

interface MomentInputProps {
  /** RFC 3339; empty for none. */
  value: string;
  /** RFC 3339; empty while what is typed is no moment. */
  onChange: (value: string) => void;
  id?: string;
}

const TYPED = 'YYYY-MM-DDTHH:mm';

export function MomentInput({ value, onChange, id }: MomentInputProps) {
  return (
    <Input
      {...(id && { id })}
      type="datetime-local"
      width={30}
      value={typedOf(value)}
      onChange={(event) => onChange(momentOf(event.currentTarget.value))}
    />
  );
}

function typedOf(moment: string): string {
  const ms = Date.parse(moment);
  return Number.isNaN(ms) ? '' : dateTimeFormat(ms, { timeZone: getTimeZone(), format: TYPED });
}

function momentOf(typed: string): string {
  const found = dateTimeForTimeZone(getTimeZone(), typed, TYPED);
  return typed !== '' && found.isValid() ? found.toISOString() : '';
}

/** The person's time zone by its IANA name. */
export function zoneName(): string {
  const zone = getTimeZone();
  if (zone === 'utc') {
    return 'UTC';
  }
  return getZone(zone)?.name ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}
