/** What a number of an SLO was counted from: the query, the stretch of time and the counts. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { IconButton, Stack, TextLink, Toggletip, useStyles2 } from '@grafana/ui';
import { type BudgetShape, type SloShape, type WindowValueShape } from '../../api/types.gen';
import { momentText } from '../../components/Moment';
import { formatSeconds } from '../../lib/duration';
import { exploreUrl } from '../../lib/explore';
import { countText, percentText } from '../../lib/numbers';
import { badText, combineOf, type Counting, countsShares } from './counting';
import { countedText } from './words';

/** Opens what a number was counted from. */
export function BasisTip({ name, value, slo }: { name: string; value: WindowValueShape; slo: SloShape }) {
  return (
    <Toggletip title={name} content={<Basis value={value} slo={slo} />} placement="bottom">
      <IconButton
        name="info-circle"
        size="sm"
        aria-label={t('slo.basis', 'What {{- name}} was counted from', { name })}
      />
    </Toggletip>
  );
}

/** The query, the stretch of time and the counts behind a number. */
function Basis({ value, slo }: { value: WindowValueShape; slo: SloShape }) {
  const styles = useStyles2(getStyles);
  const [from, to] = [Date.parse(value.start), Date.parse(value.end)];
  return (
    <Stack direction="column" gap={1}>
      <span>
        {momentText(value.start)} – {momentText(value.end)}
      </span>
      <span>
        {countsShares(slo)
          ? sharesText(slo, badText(slo, value.bad, value.total))
          : t('slo.counts', '{{- good}} good, {{- bad}} bad, {{- total}} in all', {
              good: countText(value.good),
              bad: countText(value.bad),
              total: countText(value.total),
            })}
      </span>
      <span>
        {t('slo.coverage', '{{- coverage}} of this time was measured', { coverage: percentText(value.coverage, 1) })}
      </span>
      <span>{countedText(slo.status)}</span>
      {slo.status.queries.map((query) => {
        const url = exploreUrl(sourceOf(slo.indicator, query), query, String(from), String(to));
        return (
          <Stack key={query} direction="column" gap={0.5}>
            <code className={styles.query}>{query}</code>
            {url && (
              <TextLink href={url} inline={false} icon="compass">
                {t('slo.explore', 'Open in Explore')}
              </TextLink>
            )}
          </Stack>
        );
      })}
    </Stack>
  );
}

/** Which server a query is for; of lines of all events those that count lines are Loki's. */
function sourceOf({ type }: SloShape['indicator'], query: string): 'loki' | 'prometheus' {
  return type === 'logs' || (type === 'mixed' && query.startsWith('sum(count_over_time({')) ? 'loki' : 'prometheus';
}

/** What a share is of. */
function sharesText({ indicator }: SloShape, bad: string): string {
  const combine = combineOf(indicator);
  if (combine === 'mean') {
    return t('slo.mean-counts', 'The weighted mean of the SLOs that it is made of, {{- bad}}', { bad });
  }
  return combine === 'worst'
    ? t('slo.worst-counts', 'The worst of the SLOs that it is made of, {{- bad}}', { bad })
    : t('slo.share-counts', 'The mean of its slices, {{- bad}}', { bad });
}

/** What is left, in bad events and in minutes of full outage; shares have no events. */
export function budgetNote(budget: BudgetShape, slo: Counting): string {
  if (countsShares(slo)) {
    return outageNote(budget.minutesLeft);
  }
  if (budget.badLeft < 0) {
    // Half an event does not happen: rounded against the budget.
    return t('slo.events-over', '{{- over}} bad events more than the {{- allowed}} that were allowed', {
      over: countText(Math.ceil(-budget.badLeft)),
      allowed: countText(Math.floor(budget.allowedBad)),
    });
  }
  const left = t('slo.events-left', '{{- left}} of {{- allowed}} bad events left', {
    left: countText(Math.floor(budget.badLeft)),
    allowed: countText(Math.floor(budget.allowedBad)),
  });
  return budget.minutesLeft === null
    ? left
    : t('slo.minutes-left', '{{- left}}; {{- minutes}} of full outage', {
        left,
        minutes: formatSeconds(budget.minutesLeft * 60),
      });
}

function outageNote(minutes: number | null): string {
  if (minutes === null) {
    return t('slo.no-data', 'no data');
  }
  const span = formatSeconds(Math.abs(minutes) * 60);
  return minutes < 0
    ? t('slo.outage-over', '{{- span}} of full outage more than allowed', { span })
    : t('slo.outage-left', '{{- span}} of full outage left', { span });
}

const getStyles = (_theme: GrafanaTheme2) => ({
  query: css({ maxWidth: 480, overflowWrap: 'anywhere' }),
});
