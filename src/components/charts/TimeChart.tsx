/**
 * A chart over time: lines with gaps where nothing was measured, limits, and marked stretches of time.
 *
 * The pointer or the arrow keys choose a moment; its numbers are told beside it and to screen readers.
 */
import { css } from '@emotion/css';
import { dateTimeFormat, getTimeZone, type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { type KeyboardEvent, type PointerEvent, useMemo, useState } from 'react';
import { ChartBody, type Layout, TICKS } from './ChartBody';
import { extent, nearest, type Point, scale, type Span, ticks } from './scale';
import { useWidth } from './useWidth';

export interface Series {
  name: string;
  /** A colour of the theme. */
  color: string;
  points: readonly Point[];
  /** Fill down to zero, or to the bottom when zero is not shown. */
  filled?: boolean;
  dashed?: boolean;
}

/** A value that matters, such as an objective or an alert's limit. */
export interface Limit {
  name: string;
  value: number;
  color: string;
}

/** A stretch of time that is marked, such as an incident. */
export interface Stretch extends Span {
  name: string;
  color: string;
}

export interface TimeChartProps {
  /** What the chart shows; also its name for screen readers. */
  title: string;
  series: readonly Series[];
  /** How a value reads, with its unit. */
  format: (value: number) => string;
  limits?: readonly Limit[];
  stretches?: readonly Stretch[];
  /** Values that are always in view. */
  include?: readonly number[];
  /** The time that is shown; by default that of the points. */
  range?: Span;
  height?: number;
}

const MARGIN = { top: 10, right: 12, bottom: 22 };
/** Numbers beside the axis take what they need, and no less than this. */
const LEAST_LEFT = 64;
const DIGIT = 6.6;

export function TimeChart(props: TimeChartProps) {
  const { title, series, format, limits = [], include = [], range, height = 220 } = props;
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const [ref, width] = useWidth<HTMLDivElement>(640);
  const [chosen, setChosen] = useState<number | null>(null);
  const layout = useMemo(
    () => layoutOf(series, limits, include, range, width, height, format),
    [series, limits, include, range, width, height, format]
  );
  const grid = useMemo(() => momentsOf(series), [series]);
  if (!layout) {
    return (
      <div ref={ref} className={styles.empty} style={{ height }} role="img" aria-label={title}>
        {t('chart.no-data', 'No data in this time')}
      </div>
    );
  }

  const point = (event: PointerEvent<HTMLDivElement>) => {
    const left = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const at =
      layout.time.from + ((left - layout.left) / (layout.right - layout.left)) * (layout.time.to - layout.time.from);
    setChosen(nearest(grid, at)?.at ?? null);
  };
  const step = (event: KeyboardEvent<HTMLDivElement>) => {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (move) {
      event.preventDefault();
      const now = grid.findIndex((each) => each.at === chosen);
      const next = now < 0 ? grid.length - 1 : Math.min(grid.length - 1, Math.max(0, now + move));
      setChosen(grid[next]?.at ?? null);
    } else if (event.key === 'Escape') {
      setChosen(null);
    }
  };

  return (
    <div className={styles.chart}>
      <div
        ref={ref}
        className={styles.paper}
        style={{ height }}
        role="group"
        aria-label={t('chart.keys', '{{- title}}: arrow keys read its values', { title })}
        tabIndex={0}
        onPointerMove={point}
        onPointerLeave={() => setChosen(null)}
        onKeyDown={step}
        onBlur={() => setChosen(null)}
      >
        <ChartBody {...props} limits={limits} layout={layout} chosen={chosen} />
        {chosen !== null && (
          <Reading
            at={chosen}
            left={layout.x(chosen)}
            flip={layout.x(chosen) > width / 2}
            series={series}
            format={format}
          />
        )}
      </div>
      <div className={styles.legend} style={{ paddingLeft: layout.left }}>
        {[...series, ...limits].map((each) => (
          <span key={each.name} className={styles.key}>
            <svg width={14} height={8} aria-hidden="true">
              <line
                x1={0}
                x2={14}
                y1={4}
                y2={4}
                stroke={each.color || theme.colors.text.primary}
                strokeWidth={2}
                strokeDasharray={'value' in each || each.dashed ? '4 2' : undefined}
              />
            </svg>
            {'value' in each ? `${each.name}: ${format(each.value)}` : each.name}
          </span>
        ))}
      </div>
    </div>
  );
}

interface ReadingProps {
  at: number;
  left: number;
  /** To the left of the moment, where there is room. */
  flip: boolean;
  series: readonly Series[];
  format: (value: number) => string;
}

/** The numbers of one moment. */
function Reading({ at, left, flip, series, format }: ReadingProps) {
  const styles = useStyles2(getStyles);
  return (
    <div
      className={styles.reading}
      style={flip ? { right: `calc(100% - ${left - 8}px)` } : { left: left + 8 }}
      role="status"
    >
      <div>{dateTimeFormat(at, { timeZone: getTimeZone() })}</div>
      {series.map((each) => {
        const value = nearest(each.points, at)?.value ?? null;
        return (
          <div key={each.name} className={styles.key}>
            <span style={{ background: each.color }} className={styles.dot} />
            {each.name}: <strong>{value === null ? t('chart.nothing', 'not measured') : format(value)}</strong>
          </div>
        );
      })}
    </div>
  );
}

/** All moments of the longest line: what the keys step through. */
function momentsOf(series: readonly Series[]): readonly Point[] {
  return series.reduce<readonly Point[]>((most, each) => (each.points.length > most.length ? each.points : most), []);
}

function layoutOf(
  series: readonly Series[],
  limits: readonly Limit[],
  include: readonly number[],
  range: Span | undefined,
  width: number,
  height: number,
  format: (value: number) => string
): Layout | null {
  const values = extent(series.flatMap((each) => each.points.map((point) => point.value)));
  const time = range ?? extent(series.flatMap((each) => each.points.map((point) => point.at)));
  if (!values || !time) {
    return null;
  }
  const wanted = extent([values.from, values.to, ...include, ...limits.map((each) => each.value)]) ?? values;
  const pad = (wanted.to - wanted.from || Math.abs(wanted.to) || 1) * 0.06;
  const value = {
    from: include.includes(wanted.from) ? wanted.from : wanted.from - pad,
    to: include.includes(wanted.to) ? wanted.to : wanted.to + pad,
  };
  const left = Math.max(LEAST_LEFT, ...ticks(value, TICKS).map((each) => format(each).length * DIGIT + 12));
  const [right, bottom] = [width - MARGIN.right, height - MARGIN.bottom];
  return {
    time,
    value,
    left,
    right,
    top: MARGIN.top,
    bottom,
    x: scale(time, { from: left, to: right }),
    y: scale(value, { from: bottom, to: MARGIN.top }),
  };
}

const getStyles = (theme: GrafanaTheme2) => ({
  chart: css({ width: '100%' }),
  paper: css({
    position: 'relative',
    width: '100%',
    borderRadius: theme.shape.radius.default,
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.border}` },
  }),
  empty: css({
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'center',
    color: theme.colors.text.secondary,
    border: `1px dashed ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  legend: css({
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(0.5, 2),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  key: css({ display: 'inline-flex', alignItems: 'center', gap: theme.spacing(0.75) }),
  dot: css({ width: 8, height: 8, borderRadius: theme.shape.radius.circle, flex: 'none' }),
  reading: css({
    position: 'absolute',
    top: 4,
    zIndex: 1,
    display: 'flex',
    flexDirection: 'column',
    padding: theme.spacing(0.75, 1),
    background: theme.colors.background.elevated,
    border: `1px solid ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.default,
    boxShadow: theme.shadows.z2,
    fontSize: theme.typography.bodySmall.fontSize,
    whiteSpace: 'nowrap',
    pointerEvents: 'none',
  }),
});
