/** How many incidents each value of a facet has, as bars that lead to those incidents. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Stack, Text, TextLink, useStyles2 } from '@grafana/ui';
import { pageUrl, ROUTES } from '../../constants';

const MOST = 10;

interface CountListProps {
  title: string;
  counts: Record<string, number>;
  /** Parameter of the incident list that chooses this value. */
  facet: 'level' | 'service';
  /** What people call a value; itself when absent. */
  text?: (value: string) => string;
}

export function CountList({ title, counts, facet, text = (value) => value }: CountListProps) {
  const styles = useStyles2(getStyles);
  const rows = Object.entries(counts)
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, MOST);
  const largest = Math.max(1, ...rows.map(([, count]) => count));
  return (
    <section aria-label={title}>
      <Stack direction="column" gap={1}>
        <Text element="h3" variant="h5">
          {title}
        </Text>
        {rows.map(([name, count]) => (
          <div key={name} className={styles.row}>
            <div className={styles.bar} style={{ width: `${(100 * count) / largest}%` }} />
            <span className={styles.name}>
              <TextLink href={`${pageUrl(ROUTES.incidents)}?${facet}=${encodeURIComponent(name)}`} inline={false}>
                {text(name)}
              </TextLink>
            </span>
            <span className={styles.count}>{count}</span>
          </div>
        ))}
      </Stack>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({
    position: 'relative',
    display: 'flex',
    justifyContent: 'space-between',
    gap: theme.spacing(2),
    padding: theme.spacing(0.5, 1),
    overflow: 'hidden',
    borderRadius: theme.shape.radius.default,
  }),
  bar: css({
    position: 'absolute',
    inset: 0,
    right: 'auto',
    background: theme.colors.background.secondary,
  }),
  count: css({ position: 'relative', fontVariantNumeric: 'tabular-nums' }),
  name: css({ position: 'relative', minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
});
