/** Take other incidents in: their alerts and timelines come here, and it can be undone. */
import { t } from '@grafana/i18n';
import { Alert, Button, Checkbox, Input, Modal, Stack, Text } from '@grafana/ui';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { incidentListQuery, NO_FILTER, useMergeIncidents } from '../../../api/incidents';
import { LoadingState, StateView } from '../../../components/StateView';
import { StatusBadge } from '../../../components/StatusBadge';

export function MergeDialog({ number, onClose }: { number: string; onClose: () => void }) {
  const merge = useMergeIncidents(number);
  const [sought, setSought] = useState('');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const list = useInfiniteQuery(incidentListQuery({ ...NO_FILTER, q: useDeferredValue(sought), sort: '-updated' }));
  const others = list.data?.pages[0]?.items.filter((each) => each.number !== number).slice(0, 20);
  const toggle = (each: string) =>
    setChosen((before) => (before.includes(each) ? before.filter((one) => one !== each) : [...before, each]));
  return (
    <Modal isOpen title={t('merge.title', 'Merge into {{- number}}', { number })} onDismiss={onClose}>
      <Stack direction="column" gap={2}>
        {merge.error && (
          <Alert severity="error" title={t('merge.refused', 'They were not merged')}>
            {merge.error.message}
          </Alert>
        )}
        <Text color="secondary">
          {t(
            'merge.what',
            'Alerts and timeline of the chosen incidents move here. They stay readable, say where they went, and can be split off again.'
          )}
        </Text>
        <Input
          type="search"
          autoFocus
          value={sought}
          aria-label={t('merge.search', 'Search incidents')}
          placeholder={t('merge.search', 'Search incidents')}
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
                  <StatusBadge status={each.status} />
                </Stack>
              ))
            }
          </StateView>
        </div>
      </Stack>
      <Modal.ButtonRow>
        <Button variant="secondary" onClick={onClose}>
          {t('merge.cancel', 'Cancel')}
        </Button>
        <Button
          disabled={chosen.length === 0 || merge.isPending}
          onClick={() => merge.mutate([...chosen], { onSuccess: onClose })}
        >
          {t('merge.do', 'Merge ({{- count}})', { count: chosen.length })}
        </Button>
      </Modal.ButtonRow>
    </Modal>
  );
}
