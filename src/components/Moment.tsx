/** A moment in the time zone that the person chose in Grafana. */
import { dateTimeFormat, getTimeZone } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useNow } from '../lib/now';
import { formatSeconds } from '../lib/duration';

interface MomentProps {
  /** RFC 3339. */
  at: string | null | undefined;
  /** `relative`: how long ago, with the date on hover. `time`: the time of day. Otherwise date and time. */
  as?: 'full' | 'relative' | 'time';
}

/** Date and time as text; a dash when there is none. */
export function momentText(at: string | null | undefined, format?: string): string {
  const ms = Date.parse(at ?? '');
  return Number.isNaN(ms) ? '–' : dateTimeFormat(ms, { timeZone: getTimeZone(), ...(format && { format }) });
}

/** How long ago a moment was, in the two largest units. */
export function agoText(ms: number, now: number): string {
  const seconds = (now - ms) / 1000;
  if (Math.abs(seconds) < 10) {
    return t('moment.now', 'just now');
  }
  const [length = ''] = formatSeconds(Math.abs(seconds)).split(' ');
  return seconds > 0
    ? t('moment.ago', '{{- length}} ago', { length })
    : t('moment.ahead', 'in {{- length}}', { length });
}

/** A date that is broken at one of its hyphens reads as two numbers. */
const WHOLE = { whiteSpace: 'nowrap' } as const;

export function Moment({ at, as = 'full' }: MomentProps) {
  const ms = Date.parse(at ?? '');
  if (Number.isNaN(ms)) {
    return <span>–</span>;
  }
  const full = momentText(at);
  if (as === 'relative') {
    return <Ago ms={ms} full={full} />;
  }
  return (
    <time dateTime={new Date(ms).toISOString()} title={full} style={WHOLE}>
      {as === 'time' ? momentText(at, 'HH:mm:ss') : full}
    </time>
  );
}

function Ago({ ms, full }: { ms: number; full: string }) {
  const now = useNow(10);
  return (
    <time dateTime={new Date(ms).toISOString()} title={full}>
      {agoText(ms, now)}
    </time>
  );
}
