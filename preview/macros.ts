/** What texts of a panel say about the field and the row that they stand at: `${__field.labels.service}`, `${__data.fields.slo}`. */
import {
  type DataFrame,
  type Field,
  getFieldDisplayName,
  getFieldDisplayValuesProxy,
  type ScopedVars,
} from '@grafana/data';

/** What @grafana/data hands along with a text of a field, as far as it is read here. */
interface Context {
  data: DataFrame[];
  field: Field;
  frame: DataFrame;
  rowIndex?: number;
}

/** The value at a path below such a name; undefined where there is none, or no field that the text stands at. */
export function macro(name: string, path: string, scoped: ScopedVars): unknown {
  const context = contextOf(scoped);
  if (!context) {
    return undefined;
  }
  const { field, frame, data, rowIndex = 0 } = context;
  const title = () => getFieldDisplayName(withoutName(field), frame, data);
  switch (name) {
    case '__field':
      return below({ name: title(), displayName: title(), labels: labelsOf(field) }, path);
    case '__series':
      return below({ name: title() }, path);
    case '__value':
      return below(valueOf(field, rowIndex), path);
    case '__data':
      return below({ fields: getFieldDisplayValuesProxy({ frame, rowIndex }) }, path);
    default:
      return undefined;
  }
}

function contextOf(scoped: ScopedVars): Context | null {
  const value: unknown = scoped.__dataContext?.value;
  return typeof value === 'object' && value !== null && 'field' in value && 'frame' in value
    ? (value as Context)
    : null;
}

/** The name would be made of this very text. */
function withoutName(field: Field): Field {
  return { ...field, config: { ...field.config, displayName: undefined }, state: undefined } as unknown as Field;
}

/** Labels by name; as a text they are written as Prometheus writes them. */
function labelsOf(field: Field): Record<string, unknown> {
  const labels = field.labels ?? {};
  const text = Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(', ');
  return { ...labels, toString: () => text };
}

function valueOf(field: Field, row: number): Record<string, unknown> {
  const raw: unknown = field.values[row];
  const shown = field.display?.(raw);
  return {
    raw,
    numeric: shown?.numeric ?? raw,
    text: shown?.text ?? String(raw),
    toString: () => shown?.text ?? String(raw),
  };
}

/** `labels.service`, `fields["a b"]`, `fields[1].text`: step by step down. */
function below(of: unknown, path: string): unknown {
  const steps = [...path.matchAll(/\["([^"]+)"\]|\[(\d+)\]|\.?([^.[\]]+)/g)].map(
    (each) => each[1] ?? each[2] ?? each[3] ?? ''
  );
  return steps.reduce<unknown>(
    (at, step) => (typeof at === 'object' && at !== null ? Reflect.get(at, step) : undefined),
    of
  );
}
