/** A probability from 0 to 1 as a number with a bar. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import { chanceText } from '../lib/numbers';

export function Confidence({ value }: { value: number }) {
  const styles = useStyles2(getStyles);
  const text = chanceText(value);
  return (
    <span
      className={styles.line}
      title={t('confidence.why', 'Confidence: of causes given {{- text}}, about that share is right', { text })}
    >
      <span className={styles.track} aria-hidden>
        <span className={styles.bar} style={{ width: `${Math.round(value * 100)}%` }} />
      </span>
      {text}
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  line: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    fontVariantNumeric: 'tabular-nums',
    fontWeight: theme.typography.fontWeightMedium,
    whiteSpace: 'nowrap',
  }),
  track: css({
    width: 72,
    height: 6,
    borderRadius: theme.shape.radius.pill,
    background: theme.colors.border.medium,
    overflow: 'hidden',
  }),
  bar: css({ display: 'block', height: '100%', background: theme.colors.primary.main }),
});
