/** A table of any length: only the rows in view are drawn. */
import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, type ReactNode, useCallback, useEffect, useMemo, useRef } from 'react';
import { type ColumnSort } from '../lib/sort';
import { ColumnHeader } from './ColumnHeader';

export interface Column<T> {
  key: string;
  header: ReactNode;
  /** A track of a CSS grid: `120px`, `minmax(200px, 2fr)`. */
  width: string;
  cell: (row: T) => ReactNode;
  align?: 'left' | 'right';
  /** What its values mean, beside the header. */
  hint?: string;
  /** Its header is a button that puts the rows in this column's order. */
  sortable?: boolean;
}

/** More rows are fetched when so few are left below: who scrolls steadily does not come to an end. */
const AHEAD = 40;

interface VirtualTableProps<T> {
  /** What the rows are, for screen readers. */
  label: string;
  columns: ReadonlyArray<Column<T>>;
  rows: readonly T[];
  rowKey: (row: T) => string;
  rowHeight?: number;
  /** Pixels; a narrower place scrolls sideways. */
  minWidth?: number;
  /** All rows that there are, when only some have been fetched. */
  total?: number;
  /** The last rows come near: fetch more. */
  onEnd?: () => void;
  /** The row that the keyboard is at: brought into view, its first link focused. */
  current?: number | null;
  /** The order of the rows; null where it is none of a column. */
  sort?: ColumnSort | null;
  onSort?: (column: string) => void;
}

export function VirtualTable<T>(props: VirtualTableProps<T>) {
  const {
    label,
    columns,
    rows,
    rowKey,
    rowHeight = 56,
    minWidth = 860,
    total = rows.length,
    onEnd,
    current = null,
    sort = null,
    onSort,
  } = props;
  const styles = useStyles2(getStyles);
  const ref = useRef<HTMLDivElement>(null);
  // The same function for the same rows: with a new one all rows would be measured again on each step of a scroll.
  const getItemKey = useCallback(
    (index: number) => (rows[index] === undefined ? index : rowKey(rows[index])),
    [rows, rowKey]
  );
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing of it is handed to memoised parts
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => ref.current,
    estimateSize: () => rowHeight,
    getItemKey,
    overscan: 8,
  });
  const items = virtual.getVirtualItems();
  const last = items[items.length - 1]?.index ?? -1;
  useEffect(() => {
    if (last >= 0 && last >= rows.length - AHEAD && rows.length < total) {
      onEnd?.();
    }
  }, [last, rows.length, total, onEnd]);
  useEffect(() => {
    if (current === null) {
      return;
    }
    virtual.scrollToIndex(current);
    const frame = requestAnimationFrame(() => {
      ref.current?.querySelector<HTMLElement>(`[aria-rowindex="${current + 2}"] a`)?.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(frame);
  }, [current, virtual]);
  const tracks = useMemo(() => ({ gridTemplateColumns: columns.map((each) => each.width).join(' ') }), [columns]);
  return (
    // A scrolling part of a page must be reachable with the keyboard.
    <div ref={ref} className={styles.scroll} role="table" aria-label={label} aria-rowcount={total + 1} tabIndex={0}>
      <div role="rowgroup" className={styles.head} style={{ minWidth }}>
        <div role="row" aria-rowindex={1} className={styles.row} style={tracks}>
          {columns.map((column) => (
            <ColumnHeader key={column.key} column={column} sort={sort} onSort={onSort} />
          ))}
        </div>
      </div>
      <div role="rowgroup" className={styles.body} style={{ minWidth, height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index];
          return (
            row !== undefined && (
              <div
                key={item.key}
                role="row"
                aria-rowindex={item.index + 2}
                aria-current={item.index === current || undefined}
                className={cx(styles.row, styles.line)}
                style={{ ...tracks, height: rowHeight, transform: `translateY(${item.start}px)` }}
              >
                <Cells columns={columns} row={row} />
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}

interface CellsProps<T> {
  columns: ReadonlyArray<Column<T>>;
  row: T;
}

/** Drawn once for a row; scrolling moves it and draws only what comes into view. */
const Cells = memo(CellsOf) as typeof CellsOf;

function CellsOf<T>({ columns, row }: CellsProps<T>) {
  const styles = useStyles2(getStyles);
  return (
    <>
      {columns.map((column) => (
        <div key={column.key} role="cell" className={cx(styles.cell, column.align === 'right' && styles.right)}>
          {column.cell(row)}
        </div>
      ))}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  scroll: css({
    maxHeight: 'max(320px, calc(100vh - 330px))',
    overflow: 'auto',
    // Opaque, so that a browser can scroll what it has painted already.
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  head: css({
    position: 'sticky',
    top: 0,
    zIndex: 1,
    background: theme.colors.background.secondary,
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    fontWeight: theme.typography.fontWeightMedium,
  }),
  row: css({
    display: 'grid',
    alignItems: 'center',
    gap: theme.spacing(2),
    padding: theme.spacing(1, 2),
    minWidth: '100%',
  }),
  body: css({ position: 'relative' }),
  line: css({
    position: 'absolute',
    top: 0,
    left: 0,
    width: '100%',
    borderTop: `1px solid ${theme.colors.border.weak}`,
    // What happens in one row moves and paints nothing outside it.
    contain: 'strict',
    '&:hover': { background: theme.colors.action.hover },
    '&[aria-current]': {
      background: theme.colors.action.selected,
      boxShadow: `inset 3px 0 0 ${theme.colors.primary.border}`,
    },
  }),
  cell: css({ minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis' }),
  right: css({ textAlign: 'right', fontVariantNumeric: 'tabular-nums' }),
});
