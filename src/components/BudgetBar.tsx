/** How much of an error budget is left: a bar, and the signed number that a bar cannot show. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { type SloStatus } from '../api/types.gen';
import { budgetText } from '../lib/numbers';
import { sloStatusColor } from './SloStatusBadge';

interface BudgetBarProps {
  /** Share that is left; negative when overspent, null when it is not known. */
  remaining: number | null;
  status: SloStatus;
  /** Without the number, where it stands beside already. */
  bare?: boolean;
}

export function BudgetBar({ remaining, status, bare = false }: BudgetBarProps) {
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  const color = sloStatusColor(status, theme);
  const overspent = remaining !== null && remaining < 0;
  // An overspent budget fills the bar from the right: one whole bar is one whole budget too many.
  const width = remaining === null ? 0 : Math.min(1, Math.abs(remaining)) * 100;
  return (
    <div className={styles.row} role="img" aria-label={budgetLabel(remaining)}>
      <div className={styles.bar} style={overspent ? { borderColor: color } : undefined}>
        <div
          className={overspent ? styles.overspent : styles.left}
          style={{ width: `${width}%`, backgroundColor: color }}
        />
      </div>
      {!bare && <span className={styles.number}>{budgetText(remaining)}</span>}
    </div>
  );
}

function budgetLabel(remaining: number | null): string {
  if (remaining === null) {
    return t('budget.unknown', 'Error budget: not known');
  }
  return remaining < 0
    ? t('budget.overspent', 'Error budget: overspent, {{- left}} left', { left: budgetText(remaining) })
    : t('budget.left', 'Error budget: {{- left}} left', { left: budgetText(remaining) });
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), width: '100%' }),
  bar: css({
    flex: 1,
    minWidth: 48,
    height: 8,
    display: 'flex',
    overflow: 'hidden',
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.pill,
    background: theme.colors.background.canvas,
  }),
  left: css({ height: '100%' }),
  overspent: css({
    height: '100%',
    marginLeft: 'auto',
    backgroundImage: `repeating-linear-gradient(45deg, transparent 0 4px, ${theme.colors.background.canvas} 4px 6px)`,
  }),
  number: css({ width: 64, textAlign: 'right', fontVariantNumeric: 'tabular-nums' }),
});
