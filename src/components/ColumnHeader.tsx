/** The head of a table's column: its name, what it means, and a button that orders the rows by it. */
import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Icon, Tooltip, useStyles2 } from '@grafana/ui';
import { type ColumnSort } from '../lib/sort';
import { type Column } from './VirtualTable';

interface ColumnHeaderProps<T> {
  column: Column<T>;
  sort: ColumnSort | null;
  onSort?: ((column: string) => void) | undefined;
}

export function ColumnHeader<T>({ column, sort, onSort }: ColumnHeaderProps<T>) {
  const styles = useStyles2(getStyles);
  const { key, header, hint, align, sortable } = column;
  const sorted = sort?.column === key ? (sort.descending ? 'descending' : 'ascending') : undefined;
  return (
    <div
      role="columnheader"
      className={cx(styles.head, align === 'right' && styles.right)}
      aria-sort={sortable && onSort ? (sorted ?? 'none') : undefined}
    >
      {sortable && onSort ? (
        <button type="button" className={styles.button} onClick={() => onSort(key)}>
          {header}
          {sorted && <Icon name={sorted === 'ascending' ? 'arrow-up' : 'arrow-down'} size="sm" />}
        </button>
      ) : (
        header
      )}
      {hint && (
        <Tooltip content={hint}>
          <span tabIndex={0} role="img" aria-label={hint} className={styles.hint}>
            <Icon name="info-circle" size="sm" />
          </span>
        </Tooltip>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  head: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(0.5), minWidth: 0 }),
  right: css({ justifyContent: 'flex-end' }),
  button: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(0.25),
    padding: 0,
    border: 'none',
    background: 'none',
    color: 'inherit',
    font: 'inherit',
    cursor: 'pointer',
    '&:hover': { color: theme.colors.text.primary },
    '&:focus-visible': {
      outline: `2px solid ${theme.colors.primary.border}`,
      outlineOffset: 2,
      borderRadius: theme.shape.radius.default,
    },
  }),
  hint: css({ display: 'inline-flex' }),
});
