/** A period of time in the address, spelled as Grafana does: `from=now-90d&to=now`, or milliseconds. */
import { dateMath, dateTime, type RawTimeRange, rangeUtil, type TimeRange } from '@grafana/data';
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';

export interface Period {
  range: TimeRange;
  /** RFC 3339, for the backend. */
  from: string;
  to: string;
  set: (range: TimeRange) => void;
  /** By one whole period: -1 is earlier, 1 is later. */
  move: (periods: number) => void;
}

/** One edge as the address spells it; the fallback for what is absent or makes no sense. */
export function edgeText(text: string | null, fallback: string): string {
  return text !== null && edge(text)?.isValid() ? text : fallback;
}

function edge(text: string) {
  return /^\d{12,14}$/.test(text) ? dateTime(Number(text)) : dateMath.toDateTime(text, {});
}

/** The range between two edges as the address spells them. */
export function rangeOf(from: string, to: string): TimeRange {
  const raw = (text: string): RawTimeRange['from'] => (/^\d+$/.test(text) ? dateTime(Number(text)) : text);
  return rangeUtil.convertRawToRange({ from: raw(from), to: raw(to) });
}

/** The period that the address names. A relative one stays where it is until the address changes. */
export function usePeriod(fallback: { from: string; to: string }): Period {
  const [params, setParams] = useSearchParams();
  const from = edgeText(params.get('from'), fallback.from);
  const to = edgeText(params.get('to'), fallback.to);
  const range = useMemo(() => rangeOf(from, to), [from, to]);

  const set = useCallback(
    ({ raw }: TimeRange) =>
      setParams((before) => {
        const after = new URLSearchParams(before);
        after.set('from', spelled(raw.from));
        after.set('to', spelled(raw.to));
        return after;
      }),
    [setParams]
  );

  const move = useCallback(
    (periods: number) => {
      const shift = periods * (range.to.valueOf() - range.from.valueOf());
      const [start, end] = [dateTime(range.from.valueOf() + shift), dateTime(range.to.valueOf() + shift)];
      set({ from: start, to: end, raw: { from: start, to: end } });
    },
    [range, set]
  );

  return { range, from: range.from.toISOString(), to: range.to.toISOString(), set, move };
}

function spelled(edgeOfRange: RawTimeRange['from']): string {
  return typeof edgeOfRange === 'string' ? edgeOfRange : String(edgeOfRange.valueOf());
}
