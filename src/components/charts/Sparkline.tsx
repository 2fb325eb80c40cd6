/** A line as small as a word: the course of one number, without axes. */
import { useTheme2 } from '@grafana/ui';
import { useMemo } from 'react';
import { areaPath, extent, linePath, type Point, scale } from './scale';

interface SparklineProps {
  points: readonly Point[];
  /** What the line shows, for those who do not see it. */
  label: string;
  /** A colour of the theme. */
  color: string;
  width?: number;
  height?: number;
}

export function Sparkline({ points, label, color, width = 120, height = 32 }: SparklineProps) {
  const theme = useTheme2();
  const drawn = useMemo(() => {
    const values = extent(points.map((each) => each.value));
    const times = extent(points.map((each) => each.at));
    if (!values || !times) {
      return null;
    }
    const x = scale(times, { from: 1, to: width - 1 });
    const y = scale(values, { from: height - 2, to: 2 });
    return { line: linePath(points, x, y), area: areaPath(points, x, y, height) };
  }, [points, width, height]);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      width="100%"
      height={height}
      data-points={points.filter((each) => each.value !== null).length}
    >
      {drawn ? (
        <>
          <path d={drawn.area} fill={color} opacity={0.15} />
          <path d={drawn.line} fill="none" stroke={color} strokeWidth={1.5} vectorEffect="non-scaling-stroke" />
        </>
      ) : (
        <line
          x1={0}
          x2={width}
          y1={height / 2}
          y2={height / 2}
          stroke={theme.colors.border.medium}
          strokeDasharray="3 3"
        />
      )}
    </svg>
  );
}
