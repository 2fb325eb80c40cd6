/** Variables in texts: `$name`, `${name}`, `${name:format}`, `${__field.labels.name}` and `[[name]]`. */
import { type ScopedVars, type TimeRange, type TypedVariableModel } from '@grafana/data';
import { type TemplateSrv } from '@grafana/runtime';
import { macro } from './macros';

const PATTERN = /\$(\w+)|\$\{(\w+)((?:\.|\[)[^:}]+)?(?::(\w+))?\}|\[\[(\w+)(?::(\w+))?\]\]/g;

export class Templates implements TemplateSrv {
  private values: Record<string, string | string[]> = {};
  private range: TimeRange | null = null;

  set(values: Record<string, string | string[]>): void {
    this.values = values;
  }

  getVariables(): TypedVariableModel[] {
    return Object.entries(this.values).map(
      ([name, value]) =>
        ({ name, id: name, type: 'custom', current: { value, text: value } }) as unknown as TypedVariableModel
    );
  }

  replace(target = '', scoped: ScopedVars = {}, format?: unknown): string {
    return target.replace(PATTERN, (whole, ...names: Array<string | undefined>) => {
      const name = names[0] ?? names[1] ?? names[4] ?? '';
      const path = names[2] ?? '';
      const value: unknown =
        macro(name, path, scoped) ?? scoped[name]?.value ?? this.values[name] ?? this.builtIn(name);
      const how = names[3] ?? names[5] ?? format;
      return value === undefined ? whole : formatted(value, how, name);
    });
  }

  containsTemplate(target = ''): boolean {
    return [...target.matchAll(PATTERN)].length > 0;
  }

  updateTimeRange(range: TimeRange): void {
    this.range = range;
  }

  private builtIn(name: string): string | undefined {
    switch (name) {
      case '__from':
        return this.range?.from.valueOf().toString();
      case '__to':
        return this.range?.to.valueOf().toString();
      default:
        return undefined;
    }
  }
}

function formatted(value: unknown, how: unknown, name: string): string {
  if (typeof how === 'function') {
    return String(how(value, { name, type: 'custom', multi: Array.isArray(value) }));
  }
  const values = [value].flat().map(String);
  switch (how) {
    case 'json':
      return JSON.stringify(value);
    case 'pipe':
      return values.join('|');
    case 'csv':
    case 'raw':
      return values.join(',');
    default:
      return values.length > 1 ? `{${values.join(',')}}` : (values[0] ?? '');
  }
}
