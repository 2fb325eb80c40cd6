/** What each group of fields is given. */
import { ApiError } from '../../../api/client';
import { type SloForm } from './form';

export interface FieldsProps {
  form: SloForm;
  change: (part: Partial<SloForm>) => void;
  /** The refusal whose problems belong to these fields. */
  error: Error | null;
}

/** What is wrong with a group as a whole; what is wrong with a part of it stands at that part. */
export function problemOfWhole(error: Error | null, path: string): { invalid?: true; error?: string } {
  const problems = error instanceof ApiError ? error.problems : [];
  const found = problems.find((each) => each.path === `$.${path}`);
  return found ? { invalid: true, error: found.problem } : {};
}
