/** What is counted: bad or good events of all, or requests that were quick enough. */
import { t } from '@grafana/i18n';
import { Field, Input, RadioButtonGroup, TextArea } from '@grafana/ui';
import { ApiError } from '../../../api/client';
import { problemAt } from '../../../components/FieldErrors';
import { type FieldsProps } from './fields';
import { type IndicatorKind } from './form';

/** What selectors look like; PromQL is no text to translate. */
const LIKE = {
  buckets: 'http_request_duration_seconds_bucket{service="api"}',
  total: 'http_requests_total{service="api"}',
  bad: 'http_requests_total{service="api", code=~"5.."}',
  good: 'http_requests_total{service="api", code!~"5.."}',
};

export function IndicatorFields(props: FieldsProps) {
  return props.form.kind === 'code' ? <CodedIndicator {...props} /> : <IndicatorChoice {...props} />;
}

/** An indicator of a kind that is written as code stays as it is; everything else of the SLO can be changed. */
function CodedIndicator({ form, error }: FieldsProps) {
  return (
    <Field
      noMargin
      label={t('slo-edit.coded', 'What is counted')}
      description={t('slo-edit.coded-how', 'This kind of indicator is written as code, by import or over the API.')}
      {...problemAt(error, 'indicator')}
    >
      <TextArea readOnly rows={5} value={JSON.stringify(form.coded, null, 2)} />
    </Field>
  );
}

function IndicatorChoice({ form, change, error }: FieldsProps) {
  const kinds: Array<{ value: IndicatorKind; label: string; description: string }> = [
    {
      value: 'bad',
      label: t('slo-edit.bad', 'Bad events'),
      description: t('slo-edit.bad-how', 'Counters of all events and of the bad ones'),
    },
    {
      value: 'good',
      label: t('slo-edit.good', 'Good events'),
      description: t('slo-edit.good-how', 'Counters of all events and of the good ones'),
    },
    {
      value: 'latency',
      label: t('slo-edit.latency', 'Latency'),
      description: t('slo-edit.latency-how', 'Requests quicker than a bucket bound of a histogram'),
    },
  ];
  return (
    <>
      <Field noMargin label={t('slo-edit.kind', 'What is counted')} {...problemOfKind(error)}>
        <RadioButtonGroup options={kinds} value={form.kind} onChange={(kind) => change({ kind })} />
      </Field>
      {form.kind === 'latency' ? (
        <>
          <Selector
            id="slo-buckets"
            label={t('slo-edit.buckets', 'Buckets of the histogram')}
            description={t('slo-edit.buckets-how', 'The series that end in _bucket, without a condition on le.')}
            placeholder={LIKE.buckets}
            value={form.buckets}
            onChange={(buckets) => change({ buckets })}
            problem={problemAt(error, 'indicator.buckets')}
          />
          <Field
            noMargin
            label={t('slo-edit.threshold', 'Quick enough is at most')}
            description={t('slo-edit.threshold-how', 'A bound of a bucket, in the unit of the histogram: 0.3')}
            {...problemAt(error, 'indicator.threshold')}
          >
            <Input
              id="slo-threshold"
              width={16}
              value={form.threshold}
              onChange={(event) => change({ threshold: event.currentTarget.value })}
            />
          </Field>
        </>
      ) : (
        <>
          <Selector
            id="slo-total"
            label={t('slo-edit.total', 'All events')}
            description={t('slo-edit.total-how', 'A PromQL selector of counters, without rate and without a range.')}
            placeholder={LIKE.total}
            value={form.total}
            onChange={(total) => change({ total })}
            problem={problemAt(error, 'indicator.total')}
          />
          <Selector
            id="slo-part"
            label={
              form.kind === 'bad' ? t('slo-edit.bad-events', 'Bad events') : t('slo-edit.good-events', 'Good events')
            }
            placeholder={form.kind === 'good' ? LIKE.good : LIKE.bad}
            value={form.part}
            onChange={(part) => change({ part })}
            problem={problemAt(error, `indicator.${form.kind}`)}
          />
        </>
      )}
    </>
  );
}

interface SelectorProps {
  id: string;
  label: string;
  description?: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
  problem: { invalid?: true; error?: string };
}

function Selector({ id, label, description, placeholder, value, onChange, problem }: SelectorProps) {
  return (
    <Field noMargin label={label} description={description} htmlFor={id} {...problem}>
      <TextArea
        id={id}
        rows={2}
        spellCheck={false}
        autoCapitalize="off"
        placeholder={placeholder}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </Field>
  );
}

/** What is wrong with the indicator as a whole; what is wrong with a part of it stands at that part. */
function problemOfKind(error: Error | null): { invalid?: true; error?: string } {
  const problems = error instanceof ApiError ? error.problems : [];
  const found = problems.find((each) => each.path === '$.indicator');
  return found ? { invalid: true, error: found.problem } : {};
}
