/** What became of a message: in words, and in a colour besides. */
import { t } from '@grafana/i18n';
import { Badge } from '@grafana/ui';
import { type State } from '../../../api/types.gen';

export function DeliveryState({ state }: { state: State }) {
  switch (state) {
    case 'sent':
      return <Badge color="green" icon="check" text={stateText(state)} />;
    case 'failed':
      return <Badge color="red" icon="exclamation-triangle" text={stateText(state)} />;
    case 'waiting':
      return <Badge color="blue" icon="hourglass" text={stateText(state)} />;
  }
}

export function stateText(state: State): string {
  const texts: Record<State, string> = {
    waiting: t('deliveries.waiting', 'waiting'),
    sent: t('deliveries.sent', 'sent'),
    failed: t('deliveries.failed', 'failed'),
  };
  return texts[state];
}
