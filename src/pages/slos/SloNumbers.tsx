/** Where the SLO stands, in numbers; each opens to show its query, its stretch of time and its counts. */
import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Stack, Text, useStyles2 } from '@grafana/ui';
import { type ReactNode } from 'react';
import { type SloShape, type WindowValueShape } from '../../api/types.gen';
import { BudgetBar } from '../../components/BudgetBar';
import { formatSeconds } from '../../lib/duration';
import { budgetText, digitsFor, percentText, rateText } from '../../lib/numbers';
import { badText } from './counting';
import { BasisTip, budgetNote } from './SloBasis';

export function SloNumbers({ slo }: { slo: SloShape }) {
  const styles = useStyles2(getStyles);
  const { status, objective } = slo;
  const { window, budget } = status;
  const digits = digitsFor(objective);
  const noData = t('slo.no-data', 'no data');
  return (
    <section aria-label={t('slo.numbers', 'Where it stands')}>
      <div className={styles.tiles}>
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
          <BudgetBar remaining={budget?.remaining ?? null} status={status.status} bare />
        </Tile>
        {status.burnRates.length > 0 && (
          <div className={cx(styles.tile, styles.burns)}>
            {status.burnRates.map((each) => (
              <Measure
                key={each.windowSeconds}
                name={t('slo.burn', 'Burn rate, {{- span}}', { span: formatSeconds(each.windowSeconds) })}
                value={each.burnRate === null ? noData : rateText(each.burnRate)}
                note={badText(slo, each.bad, each.total)}
                basis={each}
                slo={slo}
              />
            ))}
          </div>
        )}
      </div>
    </section>
  );
}

interface MeasureProps {
  name: string;
  value: string;
  note: string;
  /** What the number was counted from; null: nothing. */
  basis: WindowValueShape | null;
  slo: SloShape;
  children?: ReactNode;
}

function Tile(props: MeasureProps) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.tile}>
      <Measure {...props} />
    </div>
  );
}

function Measure({ name, value, note, basis, slo, children }: MeasureProps) {
  const styles = useStyles2(getStyles);
  return (
    <div role="group" aria-label={name}>
      <Stack direction="column" gap={0.5}>
        <Stack justifyContent="space-between" alignItems="center" gap={0.5}>
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
  tiles: css({
    display: 'grid',
    gridTemplateColumns: 'minmax(180px, 1fr) minmax(220px, 1fr) minmax(0, 3fr)',
    gap: theme.spacing(2),
    [theme.breakpoints.down('lg')]: { gridTemplateColumns: '1fr 1fr', '& > :nth-child(3)': { gridColumn: '1 / -1' } },
  }),
  burns: css({
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(96px, 1fr))',
    alignContent: 'start',
    gap: theme.spacing(1.5, 2),
  }),
  tile: css({
    padding: theme.spacing(1.5, 2),
    background: theme.colors.background.secondary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  value: css({ ...theme.typography.h3, margin: 0, fontVariantNumeric: 'tabular-nums' }),
});
