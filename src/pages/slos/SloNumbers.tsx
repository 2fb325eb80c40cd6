/** Where the SLO stands, in numbers; each opens to show its query, its stretch of time and its counts. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Grid, IconButton, Stack, Text, TextLink, Toggletip, useStyles2 } from '@grafana/ui';
import { type ReactNode } from 'react';
import { type SloShape, type SloStatusShape, type WindowValueShape } from '../../api/types.gen';
import { BudgetBar } from '../../components/BudgetBar';
import { momentText } from '../../components/Moment';
import { formatSeconds } from '../../lib/duration';
import { exploreUrl } from '../../lib/explore';
import { budgetText, countText, digitsFor, percentText, rateText } from '../../lib/numbers';

export function SloNumbers({ slo }: { slo: SloShape }) {
  const { status, objective } = slo;
  const { window, budget } = status;
  const digits = digitsFor(objective);
  const noData = t('slo.no-data', 'no data');
  return (
    <section aria-label={t('slo.numbers', 'Where it stands')}>
      <Grid minColumnWidth={34} gap={2}>
        <Tile
          name={t('slo.reached', 'Reached')}
          value={window?.sli === null || !window ? noData : percentText(window.sli, digits)}
          note={t('slo.of', 'objective {{- objective}}%', { objective })}
          basis={window && <Basis value={window} slo={slo} />}
        />
        <Tile
          name={t('slo.budget', 'Error budget left')}
          value={budget?.remaining === null || !budget ? noData : budgetText(budget.remaining)}
          note={budget ? budgetNote(budget) : status.text}
          basis={window && <Basis value={window} slo={slo} />}
        >
          <BudgetBar remaining={budget?.remaining ?? null} status={status.status} />
        </Tile>
        {status.burnRates.map((each) => (
          <Tile
            key={each.windowSeconds}
            name={t('slo.burn', 'Burn rate, {{- span}}', { span: formatSeconds(each.windowSeconds) })}
            value={each.burnRate === null ? noData : rateText(each.burnRate)}
            note={t('slo.bad-of', '{{- bad}} bad of {{- total}}', {
              bad: countText(each.bad),
              total: countText(each.total),
            })}
            basis={<Basis value={each} slo={slo} />}
          />
        ))}
      </Grid>
    </section>
  );
}

function budgetNote(budget: NonNullable<SloStatusShape['budget']>): string {
  if (budget.badLeft < 0) {
    return t('slo.events-over', '{{- over}} bad events more than the {{- allowed}} that were allowed', {
      over: countText(-budget.badLeft),
      allowed: countText(budget.allowedBad),
    });
  }
  const left = t('slo.events-left', '{{- left}} of {{- allowed}} bad events left', {
    left: countText(budget.badLeft),
    allowed: countText(budget.allowedBad),
  });
  return budget.minutesLeft === null
    ? left
    : t('slo.minutes-left', '{{- left}}; {{- minutes}} of full outage', {
        left,
        minutes: formatSeconds(budget.minutesLeft * 60),
      });
}

interface TileProps {
  name: string;
  value: string;
  note: string;
  basis: ReactNode;
  children?: ReactNode;
}

function Tile({ name, value, note, basis, children }: TileProps) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.tile} role="group" aria-label={name}>
      <Stack direction="column" gap={0.5}>
        <Stack justifyContent="space-between" alignItems="center">
          <Text color="secondary" variant="bodySmall">
            {name}
          </Text>
          {basis && (
            <Toggletip title={name} content={<>{basis}</>} placement="bottom">
              <IconButton
                name="info-circle"
                size="sm"
                aria-label={t('slo.basis', 'What {{- name}} was counted from', { name })}
              />
            </Toggletip>
          )}
        </Stack>
        <span className={styles.value}>{value}</span>
        {children}
        <Text color="secondary" variant="bodySmall">
          {note}
        </Text>
      </Stack>
    </div>
  );
}

/** The query, the stretch of time and the counts behind a number. */
function Basis({ value, slo }: { value: WindowValueShape; slo: SloShape }) {
  const styles = useStyles2(getStyles);
  const [from, to] = [Date.parse(value.start), Date.parse(value.end)];
  const source = slo.indicator.type === 'logs' ? 'loki' : 'prometheus';
  return (
    <Stack direction="column" gap={1}>
      <span>
        {momentText(value.start)} – {momentText(value.end)}
      </span>
      <span>
        {t('slo.counts', '{{- good}} good, {{- bad}} bad, {{- total}} in all', {
          good: countText(value.good),
          bad: countText(value.bad),
          total: countText(value.total),
        })}
      </span>
      <span>
        {t('slo.coverage', '{{- coverage}} of this time was measured', { coverage: percentText(value.coverage, 1) })}
      </span>
      {slo.status.queries.map((query) => {
        const url = exploreUrl(source, query, String(from), String(to));
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

const getStyles = (theme: GrafanaTheme2) => ({
  tile: css({
    padding: theme.spacing(1.5, 2),
    background: theme.colors.background.secondary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  value: css({ ...theme.typography.h3, margin: 0, fontVariantNumeric: 'tabular-nums' }),
  query: css({ maxWidth: 480, overflowWrap: 'anywhere' }),
});
