/** The course of a budget as a small line; the numbers are in the SLO's page. */
interface Props {
  values: readonly number[];
  color: string;
  width: number;
}

const HEIGHT = 24;

export function Course({ values, color, width }: Props) {
  const low = Math.min(...values, 0);
  const span = Math.max(...values, 1) - low || 1;
  const points = values.map((value, at) => {
    const x = (at / Math.max(1, values.length - 1)) * width;
    return `${x.toFixed(1)},${(HEIGHT - ((value - low) / span) * HEIGHT).toFixed(1)}`;
  });
  return (
    <svg width={width} height={HEIGHT} viewBox={`0 -1 ${width} ${HEIGHT + 2}`} aria-hidden="true">
      <polyline points={points.join(' ')} fill="none" stroke={color} strokeWidth={1.5} />
    </svg>
  );
}
