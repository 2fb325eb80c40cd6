/** All events and the good or the bad ones of them: counters, queries, or their ratio. */
import { t } from '@grafana/i18n';
import { Field, RadioButtonGroup } from '@grafana/ui';
import { problemAt } from '../../../components/FieldErrors';
import { type FieldsProps } from './fields';
import { type Side } from './indicator';
import { SelectorField } from './SelectorField';

type PartKind = 'ratio' | 'query' | 'share' | 'logs' | 'mixed';

/** What people write here; queries are no text to translate. */
const LIKE: Record<PartKind, { total: string } & Record<Side, string>> = {
  ratio: {
    total: 'http_requests_total{service="api"}',
    bad: 'http_requests_total{service="api", code=~"5.."}',
    good: 'http_requests_total{service="api", code!~"5.."}',
  },
  query: {
    total: 'sum(increase(http_requests_total{service="api"}[$window]))',
    bad: 'sum(increase(http_requests_total{service="api", code=~"5.."}[$window]))',
    good: 'sum(increase(http_requests_total{service="api", code!~"5.."}[$window]))',
  },
  logs: {
    total: '{app="api"} | json',
    bad: '{app="api"} | json | status >= 500',
    good: '{app="api"} | json | status < 500',
  },
  mixed: {
    total: 'sum(increase(http_requests_total{service="api"}[$window]))',
    bad: '{app="api"} | json | status >= 500',
    good: '{app="api"} | json | status < 500',
  },
  share: { total: '', bad: 'job:errors:ratio_rate5m{job="api"}', good: 'job:availability:ratio_rate5m{job="api"}' },
};

export function PartFields({ form, change, error, kind }: FieldsProps & { kind: PartKind }) {
  const sides: Array<{ value: Side; label: string }> = [
    { value: 'bad', label: t('slo-edit.side-bad', 'the bad ones') },
    { value: 'good', label: t('slo-edit.side-good', 'the good ones') },
  ];
  return (
    <>
      {kind !== 'share' && (
        <SelectorField
          id="slo-total"
          label={kind === 'logs' ? t('slo-edit.lines', 'All lines') : t('slo-edit.total', 'All events')}
          description={totalHow(kind)}
          placeholder={LIKE[kind].total}
          value={form.total}
          onChange={(total) => change({ total })}
          problem={problemAt(error, 'indicator.total')}
        />
      )}
      <Field noMargin label={t('slo-edit.side', 'Given are')}>
        <RadioButtonGroup options={sides} value={form.side} onChange={(side) => change({ side })} />
      </Field>
      <SelectorField
        id="slo-part"
        label={partLabel(kind, form.side)}
        {...(kind === 'share' && {
          description: t('slo-edit.share-query-how', 'A PromQL query that answers one series between 0 and 1.'),
        })}
        placeholder={LIKE[kind][form.side]}
        value={form.part}
        onChange={(part) => change({ part })}
        problem={problemAt(error, `indicator.${form.side}`)}
      />
    </>
  );
}

function totalHow(kind: Exclude<PartKind, 'share'>): string {
  const how = {
    ratio: t('slo-edit.total-how', 'A PromQL selector of counters, without rate and without a range.'),
    query: t('slo-edit.total-query-how', 'A PromQL query in which $window stands for the width of a bucket.'),
    mixed: t('slo-edit.total-query-how', 'A PromQL query in which $window stands for the width of a bucket.'),
    logs: t('slo-edit.lines-how', 'LogQL that chooses lines, without functions and without a range: Loki counts them.'),
  };
  return how[kind];
}

function partLabel(kind: PartKind, side: Side): string {
  if (kind === 'share') {
    return side === 'bad' ? t('slo-edit.bad-share', 'Share of bad') : t('slo-edit.good-share', 'Share of good');
  }
  if (kind === 'logs' || kind === 'mixed') {
    return side === 'bad' ? t('slo-edit.bad-lines', 'Bad lines') : t('slo-edit.good-lines', 'Good lines');
  }
  return side === 'bad' ? t('slo-edit.bad-events', 'Bad events') : t('slo-edit.good-events', 'Good events');
}
