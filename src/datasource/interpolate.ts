/** Dashboard variables in a query become their values; a variable with several values becomes several entries. */
import { type ScopedVars } from '@grafana/data';
import { type TemplateSrv } from '@grafana/runtime';
import { isString } from '../lib/guards';
import { type StudioQuery } from './query';

type Replace = Pick<TemplateSrv, 'replace'>['replace'];

/** The query as it is sent. What is no text, and words without a variable, stay as they are. */
export function interpolated<Q extends StudioQuery>(query: Q, replace: Replace, scoped: ScopedVars): Q {
  const one = (text: string) => replace(text, scoped);
  const many = (texts: readonly string[]) => [...new Set(texts.flatMap((text) => valuesOf(text, replace, scoped)))];
  const changed: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(query)) {
    if (TEXTS.has(name) && isString(value)) {
      changed[name] = one(value);
    } else if (LISTS.has(name) && Array.isArray(value)) {
      changed[name] = many(value.filter(isString));
    } else if (name === 'labels' && typeof value === 'object' && value !== null) {
      changed[name] = labelsOf(value, one);
    }
  }
  return { ...query, ...changed };
}

const TEXTS = new Set(['text', 'number', 'namespace', 'service', 'label', 'zone', 'objective']);
const LISTS = new Set([
  ...['statuses', 'stages', 'severities', 'levels', 'services', 'assignees'],
  ...['types', 'outcomes', 'sloIds'],
]);

/** Every value of the variables in a text; none for an empty one, so that it excludes nothing. */
function valuesOf(text: string, replace: Replace, scoped: ScopedVars): string[] {
  let several: string[] = [];
  const whole = replace(text, scoped, (value: unknown) => {
    several = Array.isArray(value) ? value.filter(isString) : [String(value)];
    return several.join(',');
  });
  // Only a text that is one variable and nothing else can stand for several values.
  const values = several.length > 1 && whole === several.join(',') ? several : [whole];
  return values.filter((value) => value !== '');
}

function labelsOf(labels: object, one: (text: string) => string): Record<string, string> {
  const pairs = Object.entries(labels).map(([name, value]) => [name, isString(value) ? one(value) : '']);
  return Object.fromEntries(pairs.filter(([, value]) => value !== ''));
}
