/** What Grafana hands a panel: data, size, options. */
import {
  type DataFrame,
  dateTime,
  EventBusSrv,
  FieldType,
  LoadingState,
  type PanelProps,
  toDataFrame,
} from '@grafana/data';

type Cell = string | number | boolean | null;

interface Given {
  series?: DataFrame[];
  state?: LoadingState;
  /** Of a query that failed. */
  error?: string;
  width?: number;
  height?: number;
}

/** Props of a panel of this size over these frames. */
export function panelProps<T>(
  options: T,
  { series = [], state = LoadingState.Done, error, width = 900, height = 400 }: Given = {}
): PanelProps<T> {
  const timeRange = { from: dateTime(0), to: dateTime(1), raw: { from: 'now-6h', to: 'now' } };
  return {
    id: 1,
    data: { series, state, timeRange, ...(error && { errors: [{ message: error }] }) },
    options,
    width,
    height,
    timeRange,
    timeZone: 'utc',
    title: '',
    transparent: false,
    renderCounter: 1,
    fieldConfig: { defaults: {}, overrides: [] },
    eventBus: new EventBusSrv(),
    onChangeTimeRange: () => undefined,
    onFieldConfigChange: () => undefined,
    onOptionsChange: () => undefined,
    replaceVariables: (text) => text,
  };
}

/** A frame out of rows; a column's type is that of its first value, `_at` and `created` are times. */
export function table(name: string, rows: Array<Record<string, Cell>>): DataFrame {
  const names = Object.keys(rows[0] ?? {});
  return toDataFrame({
    name,
    fields: names.map((column) => {
      const values = rows.map((row) => row[column] ?? null);
      return { name: column, type: typeOf(column, values.find((each) => each !== null) ?? null), values };
    }),
  });
}

function typeOf(column: string, value: Cell): FieldType {
  if (column.endsWith('_at') || column === 'as_of' || column === 'created') {
    return FieldType.time;
  }
  switch (typeof value) {
    case 'number':
      return FieldType.number;
    case 'boolean':
      return FieldType.boolean;
    default:
      return FieldType.string;
  }
}
