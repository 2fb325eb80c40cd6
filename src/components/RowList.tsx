/** A list that people write row by row: fields of each row, a way to take it away, and one to add another. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Button, IconButton, Stack, useStyles2 } from '@grafana/ui';
import { type ReactNode } from 'react';

interface RowListProps<T> {
  rows: readonly T[];
  onChange: (rows: T[]) => void;
  /** What a new row holds. */
  fresh: T;
  /** On the button that adds one. */
  addLabel: string;
  removeLabel: (row: T) => string;
  /** As many as there may be; then none is added. */
  most?: number;
  alignItems?: 'center' | 'flex-start' | 'flex-end';
  /** The fields of the row at a place; `change` sets some of its parts. */
  children: (row: T, change: (part: Partial<T>) => void, at: number) => ReactNode;
}

export function RowList<T extends object>({
  rows,
  onChange,
  fresh,
  addLabel,
  removeLabel,
  most = Infinity,
  alignItems = 'center',
  children,
}: RowListProps<T>) {
  const styles = useStyles2(getStyles);
  return (
    <Stack direction="column" gap={1}>
      {rows.map((row, at) => (
        // Rows have no identity but their place.
        <Stack key={at} alignItems={alignItems} gap={1} wrap="wrap">
          {children(
            row,
            (part) => onChange(rows.map((each, index) => (index === at ? { ...each, ...part } : each))),
            at
          )}
          <div className={styles.remove}>
            <IconButton
              name="trash-alt"
              tooltip={removeLabel(row)}
              onClick={() => onChange(rows.filter((_, index) => index !== at))}
            />
          </div>
        </Stack>
      ))}
      {rows.length < most && (
        <div>
          <Button type="button" size="sm" variant="secondary" icon="plus" onClick={() => onChange([...rows, fresh])}>
            {addLabel}
          </Button>
        </div>
      )}
    </Stack>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  // As high as a field, so that it stands beside it however the row is aligned.
  remove: css({ display: 'flex', alignItems: 'center', height: theme.spacing(theme.components.height.md) }),
});
