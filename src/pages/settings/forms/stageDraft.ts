/** Own states of incidents while somebody changes them. */
import { type IncidentStatus, type StageInput, type StageShape } from '../../../api/types.gen';
import { STATUSES } from '../../../components/StatusBadge';
import { idOf } from './severityDraft';

export interface StageDraft {
  /** Stable while its fields change. */
  key: string;
  /** Empty until it is stored: incidents and links name it by this. */
  id: string;
  status: IncidentStatus;
  label: string;
  meaning: string;
}

export function draftOf(stages: readonly StageShape[]): StageDraft[] {
  return ordered(stages.map(({ incidents: _incidents, ...stage }) => ({ ...stage, key: stage.id })));
}

/** In the order of the work: by what they count as, and as given among those that count alike. */
export function ordered(stages: readonly StageDraft[]): StageDraft[] {
  return stages.toSorted((one, other) => STATUSES.indexOf(one.status) - STATUSES.indexOf(other.status));
}

export function withNewStage(stages: readonly StageDraft[], key: string): StageDraft[] {
  return ordered([...stages, { key, id: '', status: 'investigating', label: '', meaning: '' }]);
}

export function changed(stages: readonly StageDraft[], key: string, part: Partial<StageDraft>): StageDraft[] {
  return ordered(stages.map((each) => (each.key === key ? { ...each, ...part } : each)));
}

/** Whether it can go one place up (-1) or down (1) among those of its built-in state. */
export function canShift(stages: readonly StageDraft[], key: string, by: -1 | 1): boolean {
  const from = stages.findIndex((each) => each.key === key);
  return stages[from + by]?.status === stages[from]?.status;
}

export function shifted(stages: readonly StageDraft[], key: string, by: -1 | 1): StageDraft[] {
  const from = stages.findIndex((each) => each.key === key);
  const [one, other] = [stages[from], stages[from + by]];
  return one && other && canShift(stages, key, by) ? stages.with(from, other).with(from + by, one) : [...stages];
}

/** Stored states that would go, or count as another one, with the incidents that are in them. */
export function leaving(draft: readonly StageDraft[], stored: readonly StageShape[]): StageShape[] {
  const stays = ({ id, status }: StageShape) => draft.some((each) => each.id === id && each.status === status);
  return stored.filter((each) => each.incidents > 0 && !stays(each));
}

export function inputOf(draft: readonly StageDraft[]): StageInput[] {
  return draft.map(({ id, status, label, meaning }) => ({ id: idOf({ id, title: label }), status, label, meaning }));
}
