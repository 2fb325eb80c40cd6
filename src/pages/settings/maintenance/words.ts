/** What the parts of a maintenance window are called. */
import { t } from '@grafana/i18n';
import { type Effect, type Phase, type Repeat } from '../../../api/types.gen';

export function phaseText(phase: Phase): string {
  switch (phase) {
    case 'active':
      return t('maintenance.phase-active', 'running');
    case 'planned':
      return t('maintenance.phase-planned', 'planned');
    case 'over':
      return t('maintenance.phase-over', 'past');
  }
}

export function effectText(effect: Effect): string {
  switch (effect) {
    case 'set_aside':
      return t('maintenance.effect-aside', 'kept, without an incident');
    case 'join':
      return t('maintenance.effect-join', 'join an open incident silently');
  }
}

export function repeatText(repeat: Repeat): string {
  switch (repeat) {
    case 'once':
      return t('maintenance.repeat-once', 'once');
    case 'daily':
      return t('maintenance.repeat-daily', 'every day');
    case 'weekly':
      return t('maintenance.repeat-weekly', 'every week');
  }
}
