/** What is promised: objectives over windows, as people type them. */
import { type GoalInput, type SloInput, type SloShape } from '../../../api/types.gen';
import { wholeOf } from './numbers';

export type WindowKind = 'rolling' | 'week' | 'month' | 'quarter' | 'year';

export interface WindowForm {
  window: WindowKind;
  days: string;
  zone: string;
  /** A moment with which a period began; empty: the calendar's own. */
  anchor: string;
}

/** One objective over a window. */
export interface GoalForm extends WindowForm {
  objective: string;
  /** Whether somebody is told when it is missed. */
  alerting: boolean;
}

/** As many as there may be beside the main one. */
export const MOST_FURTHER = 4;

export const NEW_GOAL: GoalForm = {
  objective: '99',
  window: 'rolling',
  days: '7',
  zone: 'UTC',
  anchor: '',
  alerting: false,
};

export function windowFields(window: SloShape['window']): WindowForm {
  return window.type === 'rolling'
    ? { window: 'rolling', days: String(window.days ?? 30), zone: 'UTC', anchor: '' }
    : { window: window.unit, days: '30', zone: window.zone ?? 'UTC', anchor: window.anchor ?? '' };
}

export function windowOf({ window, days, zone, anchor }: WindowForm): NonNullable<SloInput['window']> {
  return window === 'rolling'
    ? { type: 'rolling', days: wholeOf(days) }
    : { type: 'calendar', unit: window, zone, ...(anchor && { anchor }) };
}

/** Kept exactly as it was typed, without the sign that people may write behind it. */
export function objectiveOf(objective: string): string {
  return objective.trim().replace(/\s*%$/, '');
}

export function goalFields({ objective, window = { type: 'rolling' }, alerting = false }: GoalInput): GoalForm {
  return { objective, alerting, ...windowFields(window) };
}

export function goalOf(goal: GoalForm): GoalInput {
  return { objective: objectiveOf(goal.objective), window: windowOf(goal), alerting: goal.alerting };
}
