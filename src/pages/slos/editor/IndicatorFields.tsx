/** What is counted: events, requests that were quick enough, or time in which something was as it should be. */
import { t } from '@grafana/i18n';
import { Combobox, Field } from '@grafana/ui';
import { CompositeFields } from './CompositeFields';
import { type FieldsProps, problemOfWhole } from './fields';
import { type IndicatorKind, isSliced } from './indicator';
import { PartFields } from './PartFields';
import { SeriesFields } from './SeriesFields';
import { SpanFields } from './SpanFields';

export function IndicatorFields(props: FieldsProps) {
  const { form, change, error } = props;
  const kinds = indicatorKinds();
  /** Budgets of events make no sense where there are none; the members of a composite say how they count. */
  const choose = (kind: IndicatorKind) =>
    change({
      kind,
      ...(isSliced(kind) && form.budgeting === 'occurrences' && { budgeting: 'timeslices' }),
      ...(kind === 'composite' && { budgeting: 'occurrences' }),
    });
  return (
    <>
      <Field
        noMargin
        label={t('slo-edit.kind', 'What is counted')}
        description={kinds.find((each) => each.value === form.kind)?.description}
        {...problemOfWhole(error, 'indicator')}
      >
        <Combobox id="slo-kind" width={40} options={kinds} value={form.kind} onChange={({ value }) => choose(value)} />
      </Field>
      <KindFields {...props} />
    </>
  );
}

function KindFields(props: FieldsProps) {
  const { kind } = props.form;
  switch (kind) {
    case 'ratio':
    case 'query':
    case 'share':
    case 'logs':
    case 'mixed':
      return <PartFields {...props} kind={kind} />;
    case 'spans':
      return <SpanFields {...props} />;
    case 'composite':
      return <CompositeFields {...props} />;
    case 'latency':
    case 'native_latency':
    case 'probe':
    case 'gauge':
      return <SeriesFields {...props} kind={kind} />;
  }
}

function indicatorKinds(): Array<{ value: IndicatorKind; label: string; description: string }> {
  return [
    {
      value: 'ratio',
      label: t('slo-edit.ratio', 'Good or bad events'),
      description: t('slo-edit.ratio-how', 'Counters of all events and of a part of them, counted exactly'),
    },
    {
      value: 'latency',
      label: t('slo-edit.latency', 'Latency'),
      description: t('slo-edit.latency-how', 'Requests quicker than a bucket bound of a histogram'),
    },
    {
      value: 'native_latency',
      label: t('slo-edit.native', 'Latency of a native histogram'),
      description: t('slo-edit.native-how', 'Requests quicker than any threshold'),
    },
    {
      value: 'spans',
      label: t('slo-edit.spans', 'Calls in traces'),
      description: t('slo-edit.spans-how', 'Metrics that Tempo or a Collector makes of spans: errors, or durations'),
    },
    {
      value: 'logs',
      label: t('slo-edit.logs', 'Log lines'),
      description: t('slo-edit.logs-how', 'Lines that Loki counts: all of them, and the good or the bad ones'),
    },
    {
      value: 'mixed',
      label: t('slo-edit.mixed', 'Two sources'),
      description: t(
        'slo-edit.mixed-how',
        'All events that Prometheus counts, and the good or the bad ones as lines in Loki'
      ),
    },
    {
      value: 'probe',
      label: t('slo-edit.probe', 'Probe'),
      description: t('slo-edit.probe-how', 'Samples that are 1, of a gauge that is 0 or 1'),
    },
    {
      value: 'gauge',
      label: t('slo-edit.gauge', 'Gauge and threshold'),
      description: t('slo-edit.gauge-how', 'Slices of time in which a value keeps to a threshold'),
    },
    {
      value: 'share',
      label: t('slo-edit.share', 'Precomputed ratio'),
      description: t('slo-edit.share-how', 'A query that gives one number from 0 to 1, slice by slice'),
    },
    {
      value: 'query',
      label: t('slo-edit.query', 'Any PromQL'),
      description: t('slo-edit.query-how', 'Queries that count events over $window; as exact as they are'),
    },
    {
      value: 'composite',
      label: t('slo-edit.composite', 'Other SLOs'),
      description: t('slo-edit.composite-how', 'What other SLOs have counted, put together; nothing is fetched for it'),
    },
  ];
}
