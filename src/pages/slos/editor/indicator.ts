/** What is counted, as people type it: one set of texts for all kinds, so that another kind loses nothing. */
import { type Combine, type SloInput } from '../../../api/types.gen';

type Indicator = SloInput['indicator'];
export type IndicatorKind = Indicator['type'];
export type Side = 'bad' | 'good';
type Gauge = Extract<Indicator, { type: 'gauge' }>;
type Spans = Extract<Indicator, { type: 'spans' }>;

/** One SLO of a composite, by its id. */
export interface MemberForm {
  sloId: string;
  weight: string;
}

export interface IndicatorForm {
  kind: IndicatorKind;
  /** Whether `part` names the good or the bad ones. */
  side: Side;
  total: string;
  part: string;
  /** Of histograms, probes and gauges. */
  series: string;
  threshold: string;
  compare: Gauge['compare'];
  over: NonNullable<Gauge['over']>;
  /** Of spans: whose, which, and how their metrics are called. `threshold` is empty: errors are counted. */
  spanService: string;
  spanNames: NonNullable<Spans['names']>;
  spanName: string;
  spanKind: NonNullable<Spans['kind']>;
  spanUnit: NonNullable<Spans['unit']>;
  native: boolean;
  /** Of a composite. */
  members: MemberForm[];
  combine: Combine;
}

export const NEW_MEMBER: MemberForm = { sloId: '', weight: '1' };

/** As many as one composite may have. */
export const MOST_MEMBERS = 50;

export const NEW_INDICATOR: IndicatorForm = {
  kind: 'ratio',
  side: 'bad',
  total: '',
  part: '',
  series: '',
  threshold: '',
  compare: '<',
  over: 'avg',
  spanService: '',
  spanNames: 'tempo',
  spanName: '',
  spanKind: 'server',
  spanUnit: 's',
  native: false,
  members: [NEW_MEMBER],
  combine: 'mean',
};

/** Kinds that know no events: their budget is counted in slices of time. */
export function isSliced(kind: IndicatorKind): boolean {
  return kind === 'gauge' || kind === 'share';
}

export type BudgetKind = 'occurrences' | 'timeslices' | 'ratio_timeslices';

/**
 * Kinds without groups: shares of groups, without counts, say of the whole only whether a slice is good; two servers do
 * not tell the same groups apart.
 */
export function isUngrouped(kind: IndicatorKind, budgeting: BudgetKind): boolean {
  return kind === 'composite' || kind === 'mixed' || (kind === 'share' && budgeting !== 'timeslices');
}

/** The fields of an indicator that exists. */
export function indicatorFields(indicator: Indicator): Partial<IndicatorForm> {
  switch (indicator.type) {
    case 'latency':
      return { kind: indicator.type, series: indicator.buckets, threshold: indicator.threshold };
    case 'native_latency':
      return { kind: indicator.type, series: indicator.histogram, threshold: indicator.threshold };
    case 'probe':
      return { kind: indicator.type, series: indicator.probe };
    case 'gauge': {
      const { type, gauge, compare, threshold, over = 'avg' } = indicator;
      return { kind: type, series: gauge, compare, threshold, over };
    }
    case 'spans': {
      const { service, names = 'tempo', span = '', kind = 'server', threshold, native = false, unit = 's' } = indicator;
      return {
        kind: indicator.type,
        spanService: service,
        spanNames: names,
        spanName: span,
        spanKind: kind,
        spanUnit: unit,
        native,
        threshold: threshold ?? '',
      };
    }
    case 'composite': {
      const { type, members, combine = 'mean' } = indicator;
      return { kind: type, combine, members: members.map(({ sloId, weight = '1' }) => ({ sloId, weight })) };
    }
    case 'share':
      return { kind: indicator.type, ...partOf(indicator) };
    case 'ratio':
    case 'query':
    case 'logs':
    case 'mixed':
      return { kind: indicator.type, total: indicator.total, ...partOf(indicator) };
  }
}

function partOf({ good, bad }: { good?: string | null; bad?: string | null }): { side: Side; part: string } {
  return good ? { side: 'good', part: good } : { side: 'bad', part: bad ?? '' };
}

/** The indicator that the fields say. */
export function indicatorOf(form: IndicatorForm): Indicator {
  const [series, threshold, total] = [form.series.trim(), form.threshold.trim(), form.total.trim()];
  const part = { [form.side]: form.part.trim() };
  switch (form.kind) {
    case 'latency':
      return { type: form.kind, buckets: series, threshold };
    case 'native_latency':
      return { type: form.kind, histogram: series, threshold };
    case 'probe':
      return { type: form.kind, probe: series };
    case 'gauge':
      return { type: form.kind, gauge: series, compare: form.compare, threshold, over: form.over };
    case 'share':
      return { type: form.kind, ...part };
    case 'spans':
      return spansOf(form);
    case 'composite':
      return {
        type: form.kind,
        members: form.members.map(({ sloId, weight }) => ({ sloId: sloId.trim(), weight: weight.trim() })),
        combine: form.combine,
      };
    case 'ratio':
    case 'query':
    case 'logs':
    case 'mixed':
      return { type: form.kind, total, ...part };
  }
}

function spansOf(form: IndicatorForm): Spans {
  const threshold = form.threshold.trim();
  return {
    type: 'spans',
    service: form.spanService.trim(),
    names: form.spanNames,
    span: form.spanName,
    kind: form.spanKind,
    threshold: threshold || null,
    native: threshold !== '' && form.native,
    // Tempo measures in seconds; who counts errors measures nothing.
    unit: threshold === '' || form.spanNames === 'tempo' ? 's' : form.spanUnit,
  };
}

/** The texts without which there is nothing to count. */
export function countedBy({ kind, total, part, series, threshold, spanService, members }: IndicatorForm): string[] {
  switch (kind) {
    case 'latency':
    case 'native_latency':
    case 'gauge':
      return [series, threshold];
    case 'probe':
      return [series];
    case 'share':
      return [part];
    case 'spans':
      return [spanService];
    case 'composite':
      return members.length > 0 ? members.flatMap(({ sloId, weight }) => [sloId, weight]) : [''];
    case 'ratio':
    case 'query':
    case 'logs':
    case 'mixed':
      return [total, part];
  }
}
