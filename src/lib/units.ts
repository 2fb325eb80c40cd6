/** Measured values with the unit that the backend names; what was not measured is a dash. */
import { getValueFormat } from '@grafana/data';

/** How the backend's units are called among Grafana's formats. */
const FORMATS: Record<string, string> = {
  percent: 'percent',
  '%': 'percent',
  ratio: 'percentunit',
  share: 'percentunit',
  ms: 'ms',
  s: 's',
  seconds: 's',
  bytes: 'bytes',
  'requests/s': 'reqps',
};

/** A value as people read it: `4.78 s`, `1.00%`, `12 lines/min`. */
export function valueText(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined || !Number.isFinite(value)) {
    return '–';
  }
  const format = FORMATS[unit];
  if (!format) {
    return `${Number(value.toPrecision(3))}${unit && ` ${unit}`}`;
  }
  const { prefix = '', text, suffix = '' } = getValueFormat(format)(value, 2);
  return `${prefix}${text}${suffix}`;
}
