/** Week by week: how many incidents, and how long they took. Weeks without an incident are empty. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { RadioButtonGroup, Stack, Text, Tooltip, useStyles2 } from '@grafana/ui';
import { type InsightsShape, type WeekShape } from '../../api/types.gen';
import { momentText } from '../../components/Moment';
import { formatSeconds } from '../../lib/duration';
import { oneOf } from '../../lib/guards';
import { useInAddress } from '../../lib/inAddress';

const MEASURES = ['incidents', 'detect', 'acknowledge', 'mitigate', 'resolve'] as const;
type Measure = (typeof MEASURES)[number];

type Trend = Pick<InsightsShape, 'weeks' | 'start' | 'end'>;

const WEEK = 7 * 86_400_000;
/** With more bars than these, their numbers would not fit over them. */
const MOST_NUMBERED = 20;

/** All weeks that the period touches, also those in which nothing happened; none when nothing ever did. */
export function everyWeek({ weeks, start, end }: Trend): Array<{ start: string; week: WeekShape | null }> {
  const known = new Map(weeks.map((week) => [Date.parse(week.start), week]));
  const [anchor] = known.keys();
  if (anchor === undefined) {
    return [];
  }
  const first = anchor - Math.max(0, Math.ceil((anchor - Date.parse(start)) / WEEK)) * WEEK;
  const last = Math.max(Date.parse(end) - 1, ...known.keys());
  return Array.from({ length: Math.floor((last - first) / WEEK) + 1 }, (_, index) => {
    const at = first + index * WEEK;
    return { start: new Date(at).toISOString(), week: known.get(at) ?? null };
  });
}

export function WeeklyTrend({ trend }: { trend: Trend }) {
  const styles = useStyles2(getStyles);
  const [chosen, choose] = useInAddress('trend');
  const measure = oneOf(chosen, MEASURES, 'incidents');
  const title = t('insights.trend', 'Week by week');
  const bars = everyWeek(trend).map(({ start, week }) => ({ start, value: valueOf(week, measure) }));
  const largest = Math.max(1, ...bars.map((bar) => bar.value ?? 0));
  return (
    <section aria-label={title}>
      <Stack direction="column" gap={1}>
        <Stack justifyContent="space-between" wrap="wrap">
          <Text element="h3" variant="h5">
            {title}
          </Text>
          <RadioButtonGroup size="sm" options={measures()} value={measure} onChange={choose} />
        </Stack>
        <ol className={styles.chart}>
          {bars.map(({ start, value }) => (
            <Tooltip key={start} content={described(start, value, measure)}>
              {/* Each bar can be reached with the keyboard, so that its number can be read. */}
              <li className={styles.week} tabIndex={0} aria-label={described(start, value, measure)}>
                {value ? bars.length <= MOST_NUMBERED && <span>{short(value, measure)}</span> : null}
                {value ? <div className={styles.bar} style={{ height: `${(100 * value) / largest}%` }} /> : null}
              </li>
            </Tooltip>
          ))}
        </ol>
        <Stack justifyContent="space-between">
          <Text color="secondary" variant="bodySmall">
            {momentText(bars[0]?.start, 'YYYY-MM-DD')}
          </Text>
          <Text color="secondary" variant="bodySmall">
            {momentText(bars.at(-1)?.start, 'YYYY-MM-DD')}
          </Text>
        </Stack>
      </Stack>
    </section>
  );
}

const measures = (): Array<{ value: Measure; label: string }> => [
  { value: 'incidents', label: t('insights.trend-incidents', 'Incidents') },
  { value: 'detect', label: t('insights.short-mttd', 'MTTD') },
  { value: 'acknowledge', label: t('insights.short-mtta', 'MTTA') },
  { value: 'mitigate', label: t('insights.short-mttm', 'MTTM') },
  { value: 'resolve', label: t('insights.short-mttr', 'MTTR') },
];

function valueOf(week: WeekShape | null, measure: Measure): number | null {
  return measure === 'incidents' ? (week?.incidents ?? 0) : (week?.means[measure]?.seconds ?? null);
}

const short = (value: number, measure: Measure) => (measure === 'incidents' ? String(value) : formatSeconds(value));

function described(start: string, value: number | null, measure: Measure): string {
  const date = momentText(start, 'YYYY-MM-DD');
  if (measure === 'incidents') {
    return t('insights.trend-week', 'Week of {{- date}}: {{- count}} incidents', {
      date,
      count: value ?? 0,
      defaultValue_one: 'Week of {{- date}}: {{- count}} incident',
    });
  }
  return value === null
    ? t('insights.trend-unknown', 'Week of {{- date}}: no incident has both milestones', { date })
    : t('insights.trend-mean', 'Week of {{- date}}: {{- mean}}', { date, mean: formatSeconds(value) });
}

const getStyles = (theme: GrafanaTheme2) => ({
  chart: css({
    display: 'flex',
    alignItems: 'flex-end',
    gap: theme.spacing(0.5),
    height: 160,
    margin: 0,
    padding: 0,
    listStyle: 'none',
    borderBottom: `1px solid ${theme.colors.border.medium}`,
  }),
  week: css({
    flex: 1,
    minWidth: 0,
    height: '100%',
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    justifyContent: 'flex-end',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    whiteSpace: 'nowrap',
    '&:hover, &:focus-visible': { background: theme.colors.action.hover },
  }),
  bar: css({
    width: '100%',
    maxWidth: 64,
    flexShrink: 1,
    background: theme.visualization.getColorByName('blue'),
    minHeight: 1,
  }),
});
