/** Calls of a service as its spans tell them: whose, which, and whether errors count or durations. */
import { t } from '@grafana/i18n';
import { Checkbox, Combobox, Field, Input, Stack } from '@grafana/ui';
import { problemAt } from '../../../components/FieldErrors';
import { type FieldsProps } from './fields';
import { type IndicatorForm } from './indicator';

export function SpanFields(props: FieldsProps) {
  const { form, change, error } = props;
  return (
    <>
      <Field
        noMargin
        label={t('slo-edit.span-names', 'Metrics of spans come from')}
        description={metricOf(form)}
        {...problemAt(error, 'indicator.names')}
      >
        <Combobox
          id="slo-span-names"
          width={40}
          options={makers()}
          value={form.spanNames}
          onChange={({ value }) => change({ spanNames: value })}
        />
      </Field>
      <Stack gap={2} wrap="wrap">
        <Field
          noMargin
          label={t('slo-edit.span-service', 'Service in traces')}
          description={t('slo-edit.span-service-how', 'As its spans name it.')}
          {...problemAt(error, 'indicator.service')}
        >
          <Input
            id="slo-span-service"
            width={24}
            value={form.spanService}
            onChange={(event) => change({ spanService: event.currentTarget.value })}
          />
        </Field>
        <Field
          noMargin
          label={t('slo-edit.span-kind', 'Side of the call')}
          description={t('slo-edit.span-kind-how', 'Counting both sides counts calls twice.')}
          {...problemAt(error, 'indicator.kind')}
        >
          <Combobox
            id="slo-span-kind"
            width={24}
            options={kinds()}
            value={form.spanKind}
            onChange={({ value }) => change({ spanKind: value })}
          />
        </Field>
      </Stack>
      <Field
        noMargin
        label={t('slo-edit.span-name', 'Name of the span')}
        description={t('slo-edit.span-name-how', 'Empty: all of them.')}
        {...problemAt(error, 'indicator.span')}
      >
        <Input
          id="slo-span-name"
          width={40}
          value={form.spanName}
          onChange={(event) => change({ spanName: event.currentTarget.value })}
        />
      </Field>
      <Durations {...props} />
    </>
  );
}

/** A threshold makes calls good that were quick enough; without one they are good when they have no error. */
function Durations({ form, change, error }: FieldsProps) {
  const units: Array<{ value: IndicatorForm['spanUnit']; label: string }> = [
    { value: 's', label: t('slo-edit.in-seconds', 'seconds') },
    { value: 'ms', label: t('slo-edit.in-milliseconds', 'milliseconds') },
  ];
  return (
    <>
      <Field
        noMargin
        label={t('slo-edit.span-threshold', 'Quick enough is at most')}
        description={t('slo-edit.span-threshold-how', 'Seconds: 0.25. Empty: a call is good when it has no error.')}
        {...problemAt(error, 'indicator.threshold')}
      >
        <Input
          id="slo-threshold"
          width={16}
          inputMode="decimal"
          value={form.threshold}
          onChange={(event) => change({ threshold: event.currentTarget.value })}
        />
      </Field>
      {form.threshold.trim() !== '' && (
        <Stack gap={2} wrap="wrap" alignItems="end">
          {form.spanNames !== 'tempo' && (
            <Field
              noMargin
              label={t('slo-edit.span-unit', 'The histogram counts in')}
              {...problemAt(error, 'indicator.unit')}
            >
              <Combobox
                id="slo-span-unit"
                width={24}
                options={units}
                value={form.spanUnit}
                onChange={({ value }) => change({ spanUnit: value })}
              />
            </Field>
          )}
          <Checkbox
            label={t('slo-edit.span-native', 'It is a native histogram')}
            value={form.native}
            onChange={(event) => change({ native: event.currentTarget.checked })}
          />
        </Stack>
      )}
    </>
  );
}

/** What is really counted: calls, or how long they took. */
function metricOf({ spanNames, spanUnit, threshold, native }: IndicatorForm): string {
  if (threshold.trim() === '') {
    return CALLS[spanNames];
  }
  const unit = spanUnit === 's' ? 'seconds' : 'milliseconds';
  const histograms = {
    tempo: 'traces_spanmetrics_latency',
    connector: `traces_span_metrics_duration_${unit}`,
    connector_bare: `duration_${unit}`,
  };
  return native ? histograms[spanNames] : `${histograms[spanNames]}_bucket`;
}

/** Names of metrics are no text to translate. */
const CALLS: Record<IndicatorForm['spanNames'], string> = {
  tempo: 'traces_spanmetrics_calls_total',
  connector: 'traces_span_metrics_calls_total',
  connector_bare: 'calls_total',
};

function makers(): Array<{ value: IndicatorForm['spanNames']; label: string }> {
  return [
    { value: 'tempo', label: t('slo-edit.span-tempo', 'Tempo') },
    { value: 'connector', label: t('slo-edit.span-connector', 'OpenTelemetry Collector') },
    { value: 'connector_bare', label: t('slo-edit.span-bare', 'OpenTelemetry Collector, without a namespace') },
  ];
}

function kinds(): Array<{ value: IndicatorForm['spanKind']; label: string }> {
  return [
    { value: 'server', label: t('slo-edit.kind-server', 'served') },
    { value: 'client', label: t('slo-edit.kind-client', 'made by the service') },
    { value: 'consumer', label: t('slo-edit.kind-consumer', 'messages taken') },
    { value: 'producer', label: t('slo-edit.kind-producer', 'messages sent') },
    { value: 'internal', label: t('slo-edit.kind-internal', 'within the service') },
    { value: '', label: t('slo-edit.kind-any', 'all of them') },
  ];
}
