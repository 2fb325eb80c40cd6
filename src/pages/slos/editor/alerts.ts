/** When the alert of an SLO fires and what it says, as people type it. */
import { type SloAlertsInput, type SloSeverity } from '../../../api/types.gen';
import { wholeOf } from './numbers';

export interface RuleForm {
  name: string;
  severity: SloSeverity;
  longSeconds: string;
  shortSeconds: string;
  factor: string;
}

export interface AlertForm {
  /** Instead of the usual tiers; none: the usual ones. */
  rules: RuleForm[];
  off: string[];
  severities: Record<string, SloSeverity>;
  /** Percent of the budget each. */
  spent: string[];
  minFailures: string;
  minTotal: string;
  trafficAware: boolean;
  sustainSeconds: string;
  /** Empty: silence is not told. */
  noDataSeconds: string;
  /** What is agreed to be done, from which share of the budget on. */
  steps: Array<{ percent: string; action: string }>;
  /** Empty: nobody is told before the budget is spent. */
  exhaustedWithin: string;
  texts: Array<{ name: string; text: string }>;
}

/** The usual tiers: a name, how urgent each usually is, and its two windows in seconds. */
export const USUAL_TIERS: ReadonlyArray<{ name: string; severity: SloSeverity; long: number; short: number }> = [
  { name: 'page-quick', severity: 'page', long: 3_600, short: 300 },
  { name: 'page-slow', severity: 'page', long: 21_600, short: 1_800 },
  { name: 'ticket-quick', severity: 'ticket', long: 86_400, short: 7_200 },
  { name: 'ticket-slow', severity: 'ticket', long: 259_200, short: 21_600 },
];

/** What an own rule begins with. */
export const FIRST_RULE: RuleForm = {
  name: 'page',
  severity: 'page',
  longSeconds: '3600',
  shortSeconds: '300',
  factor: '14.4',
};

/** The fields of an alert; what is not given is as usual. */
export function alertFields(alerts: SloAlertsInput): AlertForm {
  return {
    rules: (alerts.rules ?? []).map((rule) => ({
      ...rule,
      longSeconds: String(rule.longSeconds),
      shortSeconds: String(rule.shortSeconds),
    })),
    off: alerts.off ?? [],
    severities: alerts.severities ?? {},
    spent: (alerts.spentPercent ?? [100]).map(String),
    minFailures: String(alerts.minFailures ?? 2),
    minTotal: String(alerts.minTotal ?? 0),
    trafficAware: alerts.trafficAware ?? false,
    sustainSeconds: String(alerts.sustainSeconds ?? 0),
    noDataSeconds: alerts.noDataSeconds ? String(alerts.noDataSeconds) : '',
    steps: (alerts.budgetPolicy ?? []).map(({ percent, action }) => ({ percent: String(percent), action })),
    exhaustedWithin: alerts.exhaustedWithinSeconds ? String(alerts.exhaustedWithinSeconds) : '',
    texts: Object.entries(alerts.annotations ?? {}).map(([name, text]) => ({ name, text })),
  };
}

/** The alert that the fields say. */
export function alertsOf(form: AlertForm): SloAlertsInput {
  return {
    rules: form.rules.map(({ name, severity, longSeconds, shortSeconds, factor }) => ({
      name: name.trim(),
      severity,
      longSeconds: wholeOf(longSeconds),
      shortSeconds: wholeOf(shortSeconds),
      factor: factor.trim(),
    })),
    off: form.off,
    severities: form.severities,
    spentPercent: form.spent.map((each) => wholeOf(each.replace(/%\s*$/, ''))).sort((a, b) => a - b),
    minFailures: wholeOf(form.minFailures),
    minTotal: wholeOf(form.minTotal),
    trafficAware: form.trafficAware,
    sustainSeconds: wholeOf(form.sustainSeconds),
    noDataSeconds: form.noDataSeconds.trim() === '' ? null : wholeOf(form.noDataSeconds),
    budgetPolicy: form.steps
      .map(({ percent, action }) => ({ percent: wholeOf(percent.replace(/%\s*$/, '')), action: action.trim() }))
      .sort((a, b) => a.percent - b.percent),
    exhaustedWithinSeconds: form.exhaustedWithin.trim() === '' ? null : wholeOf(form.exhaustedWithin),
    annotations: Object.fromEntries(form.texts.map(({ name, text }) => [name.trim(), text])),
  };
}

export type TierChoice = SloSeverity | 'off';

/** How urgent a usual tier is here. */
export function tierChoice(form: AlertForm, name: string, usual: SloSeverity): TierChoice {
  return form.off.includes(name) ? 'off' : (form.severities[name] ?? usual);
}

/** The same alert with another choice for one tier. */
export function chooseTier(form: AlertForm, name: string, usual: SloSeverity, choice: TierChoice): Partial<AlertForm> {
  const off = form.off.filter((each) => each !== name);
  const { [name]: _before, ...severities } = form.severities;
  return {
    off: choice === 'off' ? [...off, name] : off,
    severities: choice === 'off' || choice === usual ? severities : { ...severities, [name]: choice },
  };
}
