/** How a heartbeat stands: in words, and in a colour besides. */
import { t } from '@grafana/i18n';
import { Badge, type BadgeColor, type IconName } from '@grafana/ui';
import { type Pulse as PulseState } from '../../../api/types.gen';

const LOOK: Record<PulseState, [BadgeColor, IconName]> = {
  beating: ['green', 'check'],
  late: ['orange', 'clock-nine'],
  missing: ['red', 'exclamation-triangle'],
  waiting: ['blue', 'hourglass'],
  off: ['darkgrey', 'pause'],
};

export function Pulse({ pulse }: { pulse: PulseState }) {
  const [color, icon] = LOOK[pulse];
  return <Badge color={color} icon={icon} text={pulseText(pulse)} />;
}

function pulseText(pulse: PulseState): string {
  const texts: Record<PulseState, string> = {
    beating: t('pulse.beating', 'on time'),
    late: t('pulse.late', 'late'),
    missing: t('pulse.missing', 'missing'),
    waiting: t('pulse.waiting', 'never heard'),
    off: t('pulse.off', 'switched off'),
  };
  return texts[pulse];
}
