/** Numbers about SLOs as people read them; a dash for what is not known. */
import {
  type DisplayProcessor,
  type Field,
  formattedValueToString,
  getDisplayProcessor,
  type GrafanaTheme2,
} from '@grafana/data';
import { digitsFor, percentText } from '../../lib/numbers';

const UNKNOWN = '–';

/** How a field shows its values: as the panel's field options say, else as the data source said. */
export function processorOf(field: Field | undefined, theme: GrafanaTheme2): DisplayProcessor {
  return field?.display ?? getDisplayProcessor({ field: field ?? {}, theme });
}

export function shown(value: number | null, display: DisplayProcessor): string {
  return value === null ? UNKNOWN : formattedValueToString(display(value));
}

/** An objective as it was promised: `99.9%`. */
export function objectiveText(objective: number | null): string {
  return objective === null ? UNKNOWN : `${promised(objective)}%`;
}

/** What was reached, with the digits that its objective asks for, as the SLO's page has them. */
export function reachedText(sli: number | null, objective: number | null): string {
  return percentText(sli, digitsFor(objective === null ? '' : promised(objective)));
}

/** In percent, without the noise of halves and tenths that a float cannot hold. */
function promised(objective: number): string {
  return String(Number((objective * 100).toPrecision(10)));
}
