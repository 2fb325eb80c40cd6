/** Which field of a form the backend complained about. */
import { ApiError } from '../api/client';

/**
 * The problem at one field of the body, by its JSON path (`$.matchers[0].value`), and of everything below it.
 * Props for Grafana's `Field`.
 */
export function problemAt(error: Error | null, path: string): { invalid?: true; error?: string } {
  const problems = error instanceof ApiError ? error.problems : [];
  const wanted = plain(path);
  const found = problems.find((each) => plain(each.path) === wanted || plain(each.path).startsWith(`${wanted}.`));
  return found ? { invalid: true, error: found.problem } : {};
}

/** Paths as msgspec and our own checks spell them, in one spelling: `matchers.0.value`. */
function plain(path: string): string {
  return path
    .replace(/^\$\.?/, '')
    .replace(/\[(\d+|\.\.\.)\]/g, '.$1')
    .replace(/^\./, '');
}
