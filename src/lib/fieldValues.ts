/** Values of custom fields, as the backend takes them. */
import { isRecord, isString } from './guards';

export type FieldValue = string | number | boolean | string[] | null;

/** What is no value of a field is left out. */
export function fieldValues(found: unknown): Record<string, FieldValue> {
  const entries = isRecord(found) ? Object.entries(found) : [];
  return Object.fromEntries(entries.flatMap(([key, value]) => (isFieldValue(value) ? [[key, value]] : [])));
}

/** All values, with one of them changed; an empty one is taken out. */
export function withValue(values: unknown, key: string, value: FieldValue): Record<string, FieldValue> {
  const { [key]: _before, ...others } = fieldValues(values);
  return isEmptyValue(value) ? others : { ...others, [key]: value };
}

export function isEmptyValue(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function isFieldValue(value: unknown): value is FieldValue {
  return (
    value === null ||
    ['string', 'number', 'boolean'].includes(typeof value) ||
    (Array.isArray(value) && value.every(isString))
  );
}
