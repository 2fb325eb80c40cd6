/** How long something has been going on, or took. */
import { useNow } from '../lib/now';
import { formatSeconds, secondsBetween } from '../lib/duration';

interface RunningTimeProps {
  from: string | undefined;
  /** When it ended; without it the time runs. */
  to?: string | null | undefined;
}

export function RunningTime({ from, to }: RunningTimeProps) {
  return to ? <span>{formatSeconds(secondsBetween(from, to))}</span> : <Running from={from} />;
}

function Running({ from }: { from: string | undefined }) {
  const now = useNow();
  const start = Date.parse(from ?? '');
  return <span style={{ fontVariantNumeric: 'tabular-nums' }}>{formatSeconds(Math.max(0, (now - start) / 1000))}</span>;
}
