/** What each group of fields is given. */
import { type SloForm } from './form';

export interface FieldsProps {
  form: SloForm;
  change: (part: Partial<SloForm>) => void;
  /** The refusal whose problems belong to these fields. */
  error: Error | null;
}
