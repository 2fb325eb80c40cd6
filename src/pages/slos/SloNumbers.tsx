/** Where the SLO stands, in numbers; each opens to show its query, its stretch of time and its counts. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Grid, Stack, Text, useStyles2 } from '@grafana/ui';
import { type ReactNode } from 'react';
import { type SloShape, type WindowValueShape } from '../../api/types.gen';
import { BudgetBar } from '../../components/BudgetBar';
import { formatSeconds } from '../../lib/duration';
import { budgetText, digitsFor, percentText, rateText } from '../../lib/numbers';
import { badText } from './counting';
import { BasisTip, budgetNote } from './SloBasis';

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
          basis={window}
          slo={slo}
        />
        <Tile
          name={t('slo.budget', 'Error budget left')}
          value={budget?.remaining === null || !budget ? noData : budgetText(budget.remaining)}
          note={budget ? budgetNote(budget, slo) : status.text}
          basis={window}
          slo={slo}
        >
          <BudgetBar remaining={budget?.remaining ?? null} status={status.status} />
        </Tile>
        {status.burnRates.map((each) => (
          <Tile
            key={each.windowSeconds}
            name={t('slo.burn', 'Burn rate, {{- span}}', { span: formatSeconds(each.windowSeconds) })}
            value={each.burnRate === null ? noData : rateText(each.burnRate)}
            note={badText(slo, each.bad, each.total)}
            basis={each}
            slo={slo}
          />
        ))}
      </Grid>
    </section>
  );
}

interface TileProps {
  name: string;
  value: string;
  note: string;
  /** What the number was counted from; null: nothing. */
  basis: WindowValueShape | null;
  slo: SloShape;
  children?: ReactNode;
}

function Tile({ name, value, note, basis, slo, children }: TileProps) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.tile} role="group" aria-label={name}>
      <Stack direction="column" gap={0.5}>
        <Stack justifyContent="space-between" alignItems="center">
          <Text color="secondary" variant="bodySmall">
            {name}
          </Text>
          {basis && <BasisTip name={name} value={basis} slo={slo} />}
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

const getStyles = (theme: GrafanaTheme2) => ({
  tile: css({
    padding: theme.spacing(1.5, 2),
    background: theme.colors.background.secondary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  value: css({ ...theme.typography.h3, margin: 0, fontVariantNumeric: 'tabular-nums' }),
});
