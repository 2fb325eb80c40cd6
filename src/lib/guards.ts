/** Narrowing of values that come from outside: `unknown` in, types out. */

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isString(value: unknown): value is string {
  return typeof value === 'string';
}

/** The member of a union that this text names; the fallback for anything else. */
export function oneOf<T extends string>(value: unknown, known: readonly T[], fallback: T): T {
  return known.find((each) => each === value) ?? fallback;
}
