/** Grafana's time range picker on a period that lives in the address. */
import { dateTime, getTimeZone } from '@grafana/data';
import { TimeRangePicker } from '@grafana/ui';
import { type Period } from '../lib/period';

/** The time zone is Grafana's preference of the person; it is not changed here. */
export function PeriodPicker({ period }: { period: Period }) {
  return (
    <TimeRangePicker
      value={period.range}
      timeZone={getTimeZone()}
      onChange={period.set}
      onChangeTimeZone={() => undefined}
      onMoveBackward={() => period.move(-1)}
      onMoveForward={() => period.move(1)}
      onZoom={() => period.set(doubled(period))}
    />
  );
}

function doubled({ range }: Period) {
  const half = (range.to.valueOf() - range.from.valueOf()) / 2;
  const [from, to] = [dateTime(range.from.valueOf() - half), dateTime(range.to.valueOf() + half)];
  return { from, to, raw: { from, to } };
}
