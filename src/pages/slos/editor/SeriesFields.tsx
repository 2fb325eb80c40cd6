/** Series that are looked at by their values: histograms, probes, gauges. */
import { t } from '@grafana/i18n';
import { Combobox, Field, Input, Stack } from '@grafana/ui';
import { problemAt } from '../../../components/FieldErrors';
import { type FieldsProps } from './fields';
import { type IndicatorForm } from './indicator';
import { SelectorField } from './SelectorField';

type SeriesKind = 'latency' | 'native_latency' | 'probe' | 'gauge';

/** What selectors look like; PromQL is no text to translate. */
const LIKE: Record<SeriesKind, string> = {
  latency: 'http_request_duration_seconds_bucket{service="api"}',
  native_latency: 'http_request_duration_seconds{service="api"}',
  probe: 'probe_success{job="shop"}',
  gauge: 'kafka_consumergroup_lag{topic="orders"}',
};

/** Under which name the API takes the selector. */
const NAMED: Record<SeriesKind, string> = {
  latency: 'buckets',
  native_latency: 'histogram',
  probe: 'probe',
  gauge: 'gauge',
};

export function SeriesFields({ form, change, error, kind }: FieldsProps & { kind: SeriesKind }) {
  const { label, how } = seriesTexts(kind);
  return (
    <>
      <SelectorField
        id="slo-series"
        label={label}
        description={how}
        placeholder={LIKE[kind]}
        value={form.series}
        onChange={(series) => change({ series })}
        problem={problemAt(error, `indicator.${NAMED[kind]}`)}
      />
      {kind === 'gauge' ? (
        <GaugeFields form={form} change={change} error={error} />
      ) : (
        kind !== 'probe' && (
          <Field
            noMargin
            label={t('slo-edit.threshold', 'Quick enough is at most')}
            description={
              kind === 'latency'
                ? t('slo-edit.threshold-how', 'A bound of a bucket, in the unit of the histogram: 0.3')
                : t('slo-edit.native-threshold-how', 'Any number, in the unit of the histogram: 0.3')
            }
            {...problemAt(error, 'indicator.threshold')}
          >
            <Input
              id="slo-threshold"
              width={16}
              value={form.threshold}
              onChange={(event) => change({ threshold: event.currentTarget.value })}
            />
          </Field>
        )
      )}
    </>
  );
}

function seriesTexts(kind: SeriesKind): { label: string; how: string } {
  const texts: Record<SeriesKind, { label: string; how: string }> = {
    latency: {
      label: t('slo-edit.buckets', 'Buckets of the histogram'),
      how: t('slo-edit.buckets-how', 'The series that end in _bucket, without a condition on le.'),
    },
    native_latency: {
      label: t('slo-edit.histogram', 'Native histogram'),
      how: t('slo-edit.histogram-how', 'Its selector, without rate and without a range.'),
    },
    probe: {
      label: t('slo-edit.probe-series', 'Gauge that is 0 or 1'),
      how: t('slo-edit.probe-series-how', 'A selector; every sample that is 1 counts as good.'),
    },
    gauge: {
      label: t('slo-edit.gauge-series', 'Gauge'),
      how: t('slo-edit.gauge-series-how', 'A selector; each of its series is judged once per slice.'),
    },
  };
  return texts[kind];
}

function GaugeFields({ form, change, error }: FieldsProps) {
  const overs: Array<{ value: IndicatorForm['over']; label: string }> = [
    { value: 'avg', label: t('slo-edit.over-avg', 'its mean') },
    { value: 'max', label: t('slo-edit.over-max', 'its largest value') },
    { value: 'min', label: t('slo-edit.over-min', 'its smallest value') },
    { value: 'last', label: t('slo-edit.over-last', 'its last value') },
  ];
  const compares = (['<', '<=', '>', '>='] as const).map((value) => ({ value }));
  return (
    <Stack gap={2} wrap="wrap">
      <Field noMargin label={t('slo-edit.over', 'Of a slice counts')} {...problemAt(error, 'indicator.over')}>
        <Combobox
          id="slo-over"
          width={24}
          options={overs}
          value={form.over}
          onChange={({ value }) => change({ over: value })}
        />
      </Field>
      <Field noMargin label={t('slo-edit.compare', 'Good is')} {...problemAt(error, 'indicator.compare')}>
        <Combobox
          id="slo-compare"
          width={10}
          options={compares}
          value={form.compare}
          onChange={({ value }) => change({ compare: value })}
        />
      </Field>
      <Field noMargin label={t('slo-edit.gauge-threshold', 'Threshold')} {...problemAt(error, 'indicator.threshold')}>
        <Input
          id="slo-threshold"
          width={16}
          inputMode="decimal"
          value={form.threshold}
          onChange={(event) => change({ threshold: event.currentTarget.value })}
        />
      </Field>
    </Stack>
  );
}
