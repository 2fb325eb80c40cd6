/** The editor's fields as people type them, and the SLO that they say. */
import { type SloInput, type SloPatch, type SloShape } from '../../../api/types.gen';
import { pairOf } from '../../../lib/lines';
import { type AlertForm, alertFields, alertsOf } from './alerts';
import {
  type BudgetKind,
  countedBy,
  type IndicatorForm,
  indicatorFields,
  indicatorOf,
  isUngrouped,
  NEW_INDICATOR,
} from './indicator';
import { type GoalForm, goalFields, goalOf, windowFields } from './goals';
import { wholeOf } from './numbers';

/** Texts stay texts, so that 99.999 stays 99.999 and half a word is no error. */
export interface SloForm extends IndicatorForm, GoalForm {
  name: string;
  service: string;
  description: string;
  owner: string;
  /** `name=value` each. */
  labels: string[];
  runbookUrl: string;
  /** Logins; none: every Editor. */
  editors: string[];
  /** What is promised beside the main objective. */
  further: GoalForm[];
  budgeting: BudgetKind;
  sliceTarget: string;
  sliceSeconds: number;
  missingData: 'bad' | 'good' | 'ignore' | 'last';
  delaySeconds: string;
  groupBy: string[];
  maxGroups: string;
  alerts: AlertForm;
}

export const NEW_SLO: SloForm = {
  ...NEW_INDICATOR,
  name: '',
  service: '',
  description: '',
  owner: '',
  labels: [],
  runbookUrl: '',
  editors: [],
  objective: '99.9',
  window: 'rolling',
  days: '30',
  zone: 'UTC',
  anchor: '',
  alerting: true,
  further: [],
  budgeting: 'occurrences',
  sliceTarget: '95',
  sliceSeconds: 60,
  missingData: 'ignore',
  delaySeconds: '60',
  groupBy: [],
  maxGroups: '100',
  alerts: alertFields({}),
};

/** The fields of an SLO that exists. */
export function formOf(slo: SloShape): SloForm {
  const { indicator, window, budgeting } = slo;
  return {
    ...NEW_SLO,
    name: slo.name,
    service: slo.service,
    description: slo.description,
    owner: slo.owner,
    labels: Object.entries(slo.labels).map(([name, value]) => `${name}=${value}`),
    runbookUrl: slo.runbookUrl,
    editors: slo.editors,
    objective: slo.objective,
    alerting: slo.alerting,
    missingData: slo.missingData,
    delaySeconds: String(slo.delaySeconds),
    groupBy: slo.groupBy,
    maxGroups: String(slo.maxGroups),
    alerts: alertFields(slo.alerts),
    ...indicatorFields(indicator),
    ...windowFields(window),
    further: slo.furtherObjectives.map(goalFields),
    budgeting: budgeting.type,
    ...(budgeting.type !== 'occurrences' && { sliceSeconds: budgeting.sliceSeconds ?? 60 }),
    ...(budgeting.type === 'timeslices' && { sliceTarget: budgeting.target }),
  };
}

/** The SLO that the fields say; whether it makes sense is the backend's to judge. */
export function inputOf(form: SloForm): SloInput {
  return {
    name: form.name.trim(),
    service: form.service.trim(),
    description: form.description,
    owner: form.owner.trim(),
    labels: labelsOf(form.labels),
    runbookUrl: form.runbookUrl.trim(),
    editors: form.editors.map((each) => each.trim()),
    indicator: indicatorOf(form),
    ...goalOf(form),
    furtherObjectives: form.further.map(goalOf),
    budgeting: budgetingOf(form),
    // Only slices can be missing; events are counted as they are.
    missingData: form.budgeting === 'occurrences' ? 'ignore' : form.missingData,
    delaySeconds: wholeOf(form.delaySeconds),
    groupBy: isUngrouped(form.kind, form.budgeting) ? [] : form.groupBy.map((each) => each.trim()),
    maxGroups: wholeOf(form.maxGroups),
    alerts: alertsOf(form.alerts),
  };
}

function budgetingOf({ budgeting, sliceTarget, sliceSeconds }: SloForm): SloInput['budgeting'] {
  if (budgeting === 'occurrences') {
    return { type: 'occurrences' };
  }
  return budgeting === 'timeslices'
    ? { type: 'timeslices', target: sliceTarget.trim(), sliceSeconds }
    : { type: 'ratio_timeslices', sliceSeconds };
}

function labelsOf(labels: readonly string[]): Record<string, string> {
  return Object.fromEntries(labels.map(pairOf));
}

/** What to try out on history; null until there is something to count. Names do not matter for that,
 * so that typing one asks for nothing. */
export function trialOf(form: SloForm): SloInput | null {
  if (
    [...countedBy(form), ...[form, ...form.further].map(({ objective }) => objective)].some(
      (each) => each.trim() === ''
    )
  ) {
    return null;
  }
  const input = inputOf(form);
  return {
    ...input,
    name: 'preview',
    service: 'preview',
    description: '',
    owner: '',
    labels: {},
    runbookUrl: '',
  };
}

/** Only what differs from the SLO that the form began with, so that other people's edits stay. */
export function patchOf(before: SloForm, after: SloForm, version: number): SloPatch {
  const [old, now] = [inputOf(before), inputOf(after)];
  const changed = Object.entries(now).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(Reflect.get(old, name))
  );
  return { version, ...Object.fromEntries(changed) };
}
