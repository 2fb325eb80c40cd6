/** What the SLO would be on the history that there is; nothing of it is kept. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Alert, Stack, Text, useStyles2 } from '@grafana/ui';
import { type UseQueryResult } from '@tanstack/react-query';
import { ApiError } from '../../../api/client';
import { type SloPreviewShape, type SloShape } from '../../../api/types.gen';
import { BudgetBar } from '../../../components/BudgetBar';
import { SloStatusBadge } from '../../../components/SloStatusBadge';
import { notConfigured } from '../../../components/notConfigured';
import { FailedState, LoadingState } from '../../../components/StateView';
import { formatSeconds } from '../../../lib/duration';
import { countText, digitsFor, percentText, rateText } from '../../../lib/numbers';
import { CourseCharts } from '../CourseCharts';
import { Rehearsal } from '../Rehearsal';
import { countedText } from '../words';

interface PreviewProps {
  query: UseQueryResult<SloPreviewShape>;
  /** Whether there is enough to try out. */
  ready: boolean;
  objective: string;
  /** What is tried out; null: nothing yet. */
  indicator: SloShape['indicator'] | null;
}

export function Preview(props: PreviewProps) {
  const styles = useStyles2(getStyles);
  const title = t('preview.title', 'On past data');
  return (
    <aside className={styles.panel} aria-label={title}>
      <Stack direction="column" gap={2}>
        <Text element="h3" variant="h5">
          {title}
        </Text>
        <div aria-live="polite" aria-busy={props.query.isFetching}>
          <Answer {...props} />
        </div>
      </Stack>
    </aside>
  );
}

function Answer({ query, ready, objective, indicator }: PreviewProps) {
  if (!ready) {
    return (
      <Text color="secondary">
        {t('preview.waiting', 'Once it is clear what is counted, the budget and its course appear here.')}
      </Text>
    );
  }
  if (query.error) {
    // What is wrong with a field stands at that field.
    const atFields = query.error instanceof ApiError && query.error.problems.length > 0;
    return atFields ? (
      <Text color="secondary">{t('preview.wrong', 'Correct the marked fields to see it.')}</Text>
    ) : (
      (notConfigured(query.error) ?? <FailedState error={query.error} retry={() => void query.refetch()} />)
    );
  }
  return query.data ? (
    <Outcome found={query.data} objective={objective} indicator={indicator} />
  ) : (
    <LoadingState lines={6} />
  );
}

interface OutcomeProps extends Pick<PreviewProps, 'objective' | 'indicator'> {
  found: SloPreviewShape;
}

function Outcome({ found, objective, indicator }: OutcomeProps) {
  const { status, series, history } = found;
  return (
    <Stack direction="column" gap={2}>
      {series === 0 && (
        <Alert severity="warning" title={t('preview.no-series', 'The selectors match no series')}>
          {indicator?.type === 'spans'
            ? t(
                'preview.no-series-spans',
                'Check the service, the side of the call and who makes the metrics: nothing in the newest hours fits.'
              )
            : t('preview.no-series-how', 'Check names and labels: nothing in the newest hours fits them.')}
        </Alert>
      )}
      <Stack gap={1} alignItems="center" wrap="wrap">
        <SloStatusBadge status={status.status} />
        <Text>{status.text}</Text>
      </Stack>
      <BudgetBar remaining={status.budget?.remaining ?? null} status={status.status} />
      <Text color="secondary">{numbersText(found, objective, indicator)}</Text>
      <Text color="secondary">{t('preview.how', 'How it is counted: {{- how}}', { how: countedText(status) })}</Text>
      <Stack gap={2} wrap="wrap">
        {status.burnRates.map((each) => (
          <Text key={each.windowSeconds} color="secondary">
            {t('preview.burn', 'burn {{- span}}: {{- rate}}', {
              span: formatSeconds(each.windowSeconds),
              rate: rateText(each.burnRate),
            })}
          </Text>
        ))}
      </Stack>
      <Rehearsal found={series === 0 ? withoutSeries(found) : found} />
      <CourseCharts slo={{ objective }} conditions={status.conditions} history={history} compact />
    </Stack>
  );
}

/** Said above already, and in more words. */
function withoutSeries(found: SloPreviewShape): SloPreviewShape {
  return { ...found, warnings: found.warnings.filter(({ doubt }) => doubt !== 'no_series') };
}

function numbersText(
  { status: { window }, series }: SloPreviewShape,
  objective: string,
  indicator: SloShape['indicator'] | null
): string {
  const sli = percentText(window?.sli, digitsFor(objective));
  if (indicator?.type === 'composite') {
    return t('preview.composite', '{{- sli}} good, computed from the counts of its members', { sli });
  }
  const counts = { sli, bad: countText(window?.bad), total: countText(window?.total) };
  // Answers of a server are no series of counters.
  return series === null
    ? t('preview.answers', '{{- sli}} good; {{- bad}} bad of {{- total}}', counts)
    : t('preview.numbers', '{{- sli}} good; {{- bad}} bad of {{- total}} events; {{- series}} series', {
        ...counts,
        series: countText(series),
      });
}

const getStyles = (theme: GrafanaTheme2) => ({
  panel: css({
    padding: theme.spacing(2),
    background: theme.colors.background.secondary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
});
