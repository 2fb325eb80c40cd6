/** A dialog in which other incidents are looked for and chosen. */
import { t } from '@grafana/i18n';
import { Alert, Button, Checkbox, Input, Modal, Stack, Text } from '@grafana/ui';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { incidentListQuery, NO_FILTER } from '../../../api/incidents';
import { LoadingState, StateView } from '../../../components/StateView';
import { StatusBadge } from '../../../components/StatusBadge';
import { useReturnFocus } from '../../../lib/returnFocus';

const SHOWN = 20;

interface ChooseIncidentsProps {
  /** Is not among those to choose from. */
  number: string;
  title: string;
  /** What becomes of those that are chosen. */
  hint: string;
  /** Names the button for so many. */
  doIt: (count: number) => string;
  /** What is said above the reason when it was refused. */
  refused: string;
  action: {
    mutate: (numbers: string[], options: { onSuccess: () => void }) => void;
    isPending: boolean;
    error: Error | null;
  };
  onClose: () => void;
}

export function ChooseIncidents({ number, title, hint, doIt, refused, action, onClose }: ChooseIncidentsProps) {
  useReturnFocus();
  const [sought, setSought] = useState('');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const list = useInfiniteQuery(incidentListQuery({ ...NO_FILTER, q: useDeferredValue(sought), sort: '-updated' }));
  const others = list.data?.pages[0]?.items.filter((each) => each.number !== number).slice(0, SHOWN);
  const toggle = (each: string) =>
    setChosen((before) => (before.includes(each) ? before.filter((one) => one !== each) : [...before, each]));
  return (
    <Modal isOpen title={title} onDismiss={onClose}>
      <Stack direction="column" gap={2}>
        {action.error && (
          <Alert severity="error" title={refused}>
            {action.error.message}
          </Alert>
        )}
        <Text color="secondary">{hint}</Text>
        <Input
          type="search"
          autoFocus
          value={sought}
          aria-label={t('choose.search', 'Search incidents')}
          placeholder={t('choose.search', 'Search incidents')}
          onChange={(event) => setSought(event.currentTarget.value)}
        />
        <div style={{ minHeight: 240, maxHeight: 360, overflowY: 'auto' }}>
          <StateView query={{ ...list, data: others }} loading={<LoadingState lines={5} />}>
            {(items) =>
              items.map((each) => (
                <Stack key={each.number} justifyContent="space-between" alignItems="center" gap={2}>
                  <Checkbox
                    label={[each.number, each.title].join(' ')}
                    value={chosen.includes(each.number)}
                    onChange={() => toggle(each.number)}
                  />
                  <StatusBadge status={each.status} stage={each.stage} />
                </Stack>
              ))
            }
          </StateView>
        </div>
      </Stack>
      <Modal.ButtonRow>
        <Button variant="secondary" onClick={onClose}>
          {t('choose.cancel', 'Cancel')}
        </Button>
        <Button
          disabled={chosen.length === 0 || action.isPending}
          onClick={() => action.mutate([...chosen], { onSuccess: onClose })}
        >
          {doIt(chosen.length)}
        </Button>
      </Modal.ButtonRow>
    </Modal>
  );
}
