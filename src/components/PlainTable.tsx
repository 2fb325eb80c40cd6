/** A short table. */
import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { type ReactNode } from 'react';

interface PlainTableProps {
  label: string;
  head: readonly ReactNode[];
  /** The first cell of each row names it. */
  rows: ReadonlyArray<{ key: string; cells: readonly ReactNode[] }>;
  /** Rows hold fields: what is lower stands in the middle of them. */
  middle?: boolean;
}

export function PlainTable({ label, head, rows, middle = false }: PlainTableProps) {
  const styles = useStyles2(getStyles);
  return (
    // A wide table scrolls by itself and must be reachable with the keyboard.
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={label}>
      <table className={cx(styles.table, middle && styles.middle)}>
        <thead>
          <tr>
            {head.map((cell, i) => (
              <th key={i} scope="col">
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells: [first, ...rest] }) => (
            <tr key={key}>
              <th scope="row">{first}</th>
              {rest.map((cell, i) => (
                <td key={i}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  scroll: css({ overflowX: 'auto' }),
  table: css({
    width: '100%',
    'th, td': {
      padding: theme.spacing(0.75, 1),
      textAlign: 'left',
      verticalAlign: 'top',
      borderBottom: `1px solid ${theme.colors.border.weak}`,
      fontWeight: theme.typography.fontWeightRegular,
      fontVariantNumeric: 'tabular-nums',
      // Words stay whole; a table that gets too wide of it scrolls.
      overflowWrap: 'break-word',
    },
    'thead th': { color: theme.colors.text.secondary, whiteSpace: 'nowrap' },
  }),
  middle: css({ 'th, td': { verticalAlign: 'middle' } }),
});
