/** What became of each chosen incident, when not all of them could be changed. */
import { t } from '@grafana/i18n';
import { Button, Icon, Modal, Stack, Text } from '@grafana/ui';
import { type BulkOutcomeShape } from '../../../api/types.gen';

interface BulkOutcomesProps {
  outcomes: readonly BulkOutcomeShape[];
  busy: boolean;
  /** Do it all the same with those whose alerts still fire. */
  onForce: (numbers: string[]) => void;
  onClose: () => void;
}

export function BulkOutcomes({ outcomes, busy, onForce, onClose }: BulkOutcomesProps) {
  const refused = outcomes.filter((each) => !each.ok);
  const firing = refused.filter((each) => each.code === 'still_firing').map((each) => each.number);
  return (
    <Modal
      isOpen
      title={t('incidents.outcomes.title', '{{- refused}} of {{- all}} were not changed', {
        refused: refused.length,
        all: outcomes.length,
      })}
      onDismiss={onClose}
    >
      <Stack direction="column" gap={1}>
        {outcomes.map(({ number, ok, message }) => (
          <Stack key={number} gap={1} alignItems="baseline">
            <Icon name={ok ? 'check' : 'exclamation-triangle'} />
            <Text weight="medium">{number}</Text>
            <Text color={ok ? 'secondary' : 'primary'}>{ok ? t('incidents.outcomes.done', 'changed') : message}</Text>
          </Stack>
        ))}
      </Stack>
      <Modal.ButtonRow>
        <Button variant="secondary" onClick={onClose}>
          {t('incidents.outcomes.close', 'Close')}
        </Button>
        {firing.length > 0 && (
          <Button variant="destructive" disabled={busy} onClick={() => onForce(firing)}>
            {t('incidents.outcomes.force', 'Resolve {{- count}} although alerts still fire', { count: firing.length })}
          </Button>
        )}
      </Modal.ButtonRow>
    </Modal>
  );
}
