/** Take other incidents in: their alerts and timelines come here, and it can be undone. */
import { t } from '@grafana/i18n';
import { useMergeIncidents } from '../../../api/incidents';
import { ChooseIncidents } from './ChooseIncidents';

export function MergeDialog({ number, onClose }: { number: string; onClose: () => void }) {
  const merge = useMergeIncidents(number);
  return (
    <ChooseIncidents
      number={number}
      title={t('merge.title', 'Merge into {{- number}}', { number })}
      hint={t(
        'merge.what',
        'Alerts and timeline of the chosen incidents move here. They stay readable, say where they went, and can be split off again.'
      )}
      doIt={(count) => t('merge.do', 'Merge ({{- count}})', { count })}
      refused={t('merge.refused', 'They were not merged')}
      action={merge}
      onClose={onClose}
    />
  );
}
