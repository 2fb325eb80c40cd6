/** An error budget as a ring: full when all of it is left, empty when it is spent. */
import { useTheme2 } from '@grafana/ui';

interface Props {
  /** Signed share; null when it is not known. */
  share: number | null;
  color: string;
  /** As people read it, with its unit. */
  text: string;
  caption: string;
  /** Pixels. */
  size: number;
  label: string;
}

const SWEEP = 270;
const CENTRE = 50;
const RADIUS = 42;

export function BudgetGauge({ share, color, text, caption, size, label }: Props) {
  const theme = useTheme2();
  const filled = Math.min(1, Math.max(0, share ?? 0));
  return (
    <svg
      role="img"
      aria-label={label}
      width={size}
      height={size}
      viewBox="0 0 100 100"
      style={{ display: 'block', flexShrink: 0 }}
    >
      <path d={arc(1)} fill="none" stroke={theme.colors.border.weak} strokeWidth={9} strokeLinecap="round" />
      {filled > 0 && <path d={arc(filled)} fill="none" stroke={color} strokeWidth={9} strokeLinecap="round" />}
      <text
        x={CENTRE}
        y={53}
        textAnchor="middle"
        fontSize={text.length > 5 ? 15 : 18}
        fontWeight={theme.typography.fontWeightMedium}
        // A spent budget has no ring to carry its colour, so its number does.
        fill={share !== null && share <= 0 ? theme.colors.error.text : theme.colors.text.primary}
      >
        {text}
      </text>
      <text x={CENTRE} y={67} textAnchor="middle" fontSize={9} fill={theme.colors.text.secondary}>
        {caption}
      </text>
    </svg>
  );
}

/** The first part of the ring, clockwise from the lower left. */
function arc(share: number): string {
  const start = 90 + (360 - SWEEP) / 2;
  const end = start + SWEEP * share;
  const at = (degrees: number) => {
    const turn = (degrees * Math.PI) / 180;
    return `${(CENTRE + RADIUS * Math.cos(turn)).toFixed(2)} ${(CENTRE + RADIUS * Math.sin(turn)).toFixed(2)}`;
  };
  return `M ${at(start)} A ${RADIUS} ${RADIUS} 0 ${SWEEP * share > 180 ? 1 : 0} 1 ${at(end)}`;
}
