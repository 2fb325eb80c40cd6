/** What every tab of the workspace is given. */
import { type IncidentDetailShape, type InvestigationShape } from '../../../api/types.gen';
import { type KnownPerson } from '../../../components/AssigneePicker';
import { type Asked } from '../../../components/StateView';
import { type TimeSpan } from '../../../lib/incidentWindow';
import { type Editor } from '../workspace/useEditor';

export interface TabProps {
  incident: IncidentDetailShape;
  /** Null where nobody looked, or from a backend that keeps signals only. */
  investigation: Asked<InvestigationShape | null>;
  /** The incident's time; every tab shows this and nothing else. */
  span: TimeSpan;
  editor: Editor;
  readOnly: boolean;
  people: readonly KnownPerson[];
  me: string;
}
