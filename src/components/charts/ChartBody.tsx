/** The drawing of a chart over time: grid, marked stretches, limits, lines, and the chosen moment. */
import { dateTimeFormat, getTimeZone } from '@grafana/data';
import { useTheme2 } from '@grafana/ui';
import { areaPath, linePath, nearest, type Span, ticks, timeTicks } from './scale';
import { type Limit, type Series, type Stretch } from './TimeChart';

/** About so many numbers beside the axis. */
export const TICKS = 4;

/** Where things lie on the paper. */
export interface Layout {
  time: Span;
  value: Span;
  left: number;
  right: number;
  top: number;
  bottom: number;
  x: (at: number) => number;
  y: (value: number) => number;
}

interface ChartBodyProps {
  title: string;
  series: readonly Series[];
  format: (value: number) => string;
  limits: readonly Limit[];
  stretches?: readonly Stretch[];
  layout: Layout;
  chosen: number | null;
}

export function ChartBody({ title, series, format, limits, stretches = [], layout, chosen }: ChartBodyProps) {
  const { left, right, top, bottom, x, y } = layout;
  const base = Math.min(bottom, Math.max(top, y(0)));
  return (
    <svg role="img" aria-label={title} width="100%" height="100%">
      <Grid layout={layout} format={format} />
      {stretches.map((each) => {
        const [from, to] = [Math.max(left, x(each.from)), Math.min(right, x(each.to))];
        return (
          to >= left &&
          from <= right && (
            <rect
              key={`${each.name}${each.from}`}
              x={from}
              width={Math.max(2, to - from)}
              y={top}
              height={bottom - top}
              fill={each.color}
              opacity={0.18}
            >
              <title>{each.name}</title>
            </rect>
          )
        );
      })}
      {limits.map((each) => (
        <line
          key={each.name}
          x1={left}
          x2={right}
          y1={y(each.value)}
          y2={y(each.value)}
          stroke={each.color}
          strokeDasharray="4 3"
        />
      ))}
      {series.map((each) => (
        <g key={each.name}>
          {each.filled && <path d={areaPath(each.points, x, y, base)} fill={each.color} opacity={0.12} />}
          <path
            d={linePath(each.points, x, y)}
            fill="none"
            stroke={each.color}
            strokeWidth={1.5}
            strokeLinejoin="round"
            strokeDasharray={each.dashed ? '4 2' : undefined}
          />
        </g>
      ))}
      {chosen !== null && <Moment at={chosen} series={series} layout={layout} />}
    </svg>
  );
}

function Grid({ layout, format }: { layout: Layout; format: (value: number) => string }) {
  const theme = useTheme2();
  const { time, value, left, right, top, bottom, x, y } = layout;
  const moments = timeTicks(time, Math.max(2, (right - left) / 110));
  const text = { fill: theme.colors.text.secondary, fontSize: 11 };
  return (
    <g aria-hidden="true">
      {ticks(value, TICKS).map((each) => (
        <g key={each}>
          <line x1={left} x2={right} y1={y(each)} y2={y(each)} stroke={theme.colors.border.weak} />
          <text x={left - 8} y={y(each) + 4} textAnchor="end" {...text}>
            {format(each)}
          </text>
        </g>
      ))}
      {moments.at.map((each) => (
        <g key={each}>
          <line x1={x(each)} x2={x(each)} y1={top} y2={bottom} stroke={theme.colors.border.weak} />
          <text x={x(each)} y={bottom + 16} textAnchor={x(each) > right - 20 ? 'end' : 'middle'} {...text}>
            {dateTimeFormat(each, { timeZone: getTimeZone(), format: moments.days ? 'MM-DD' : 'HH:mm' })}
          </text>
        </g>
      ))}
    </g>
  );
}

function Moment({ at, series, layout }: { at: number; series: readonly Series[]; layout: Layout }) {
  const theme = useTheme2();
  const { x, y, top, bottom } = layout;
  return (
    <g aria-hidden="true">
      <line x1={x(at)} x2={x(at)} y1={top} y2={bottom} stroke={theme.colors.text.disabled} />
      {series.map((each) => {
        const found = nearest(each.points, at);
        return (
          found?.value !== null &&
          found !== null && <circle key={each.name} cx={x(found.at)} cy={y(found.value)} r={3} fill={each.color} />
        );
      })}
    </g>
  );
}
