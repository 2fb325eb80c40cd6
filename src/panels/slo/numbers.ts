/** Numbers about SLOs as people read them; a dash for what is not known. */
import {
  type DisplayProcessor,
  type Field,
  formattedValueToString,
  getDisplayProcessor,
  type GrafanaTheme2,
} from '@grafana/data';

const UNKNOWN = '–';

/** How a field shows its values: as the panel's field options say, else as the data source said. */
export function processorOf(field: Field | undefined, theme: GrafanaTheme2): DisplayProcessor {
  return field?.display ?? getDisplayProcessor({ field: field ?? {}, theme });
}

export function shown(value: number | null, display: DisplayProcessor): string {
  return value === null ? UNKNOWN : formattedValueToString(display(value));
}

/** `1.2×`: how many times faster than planned the budget is spent. */
export function burnText(burn: number | null): string {
  return burn === null ? UNKNOWN : `${Number(burn.toFixed(burn < 10 ? 1 : 0))}×`;
}

/** A share as percent, with as many digits as it takes to tell 99.9 from 99.95. */
export function percentText(share: number | null): string {
  if (share === null) {
    return UNKNOWN;
  }
  const percent = share * 100;
  return `${Number(percent.toFixed(percent > 99 && percent < 100 ? 3 : 1))}%`;
}
