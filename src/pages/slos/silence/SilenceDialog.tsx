/** Keep an SLO's alerts from waking anybody for a while, with the reason. */
import { t } from '@grafana/i18n';
import { Button, Field, Modal, RadioButtonGroup, Text, TextArea } from '@grafana/ui';
import { useState } from 'react';
import { useSaveWindow } from '../../../api/maintenance';
import { type SloShape } from '../../../api/types.gen';
import { RefusedState } from '../../../components/StateView';
import { formatSeconds } from '../../../lib/duration';
import { silenceOf } from './silences';

const HOUR = 3600;
const LENGTHS = [HOUR / 2, 2 * HOUR, 8 * HOUR, 24 * HOUR, 72 * HOUR, 168 * HOUR];

export function SilenceDialog({ slo, onClose }: { slo: SloShape; onClose: () => void }) {
  const [seconds, setSeconds] = useState(2 * HOUR);
  const [reason, setReason] = useState('');
  const [isTold, setTold] = useState(false);
  const save = useSaveWindow();
  const isMissing = isTold && !reason.trim();
  const submit = () => {
    setTold(true);
    if (reason.trim()) {
      const title = t('silence.window', 'SLO {{- name}} is silenced', { name: slo.name });
      save.mutate({ window: silenceOf(slo, title, reason.trim(), new Date(), seconds) }, { onSuccess: onClose });
    }
  };
  return (
    <Modal isOpen title={t('silence.title', 'Silence {{- name}}', { name: slo.name })} onDismiss={onClose}>
      <Text element="p">
        {t(
          'silence.hint',
          'It goes on counting. Its alerts are kept and open nothing; one that still fires at the end is placed like a new one.'
        )}
      </Text>
      {save.error && <RefusedState error={save.error} />}
      <Field label={t('silence.length', 'For')}>
        <RadioButtonGroup
          value={seconds}
          options={LENGTHS.map((value) => ({ value, label: formatSeconds(value) }))}
          onChange={setSeconds}
        />
      </Field>
      <Field
        label={t('silence.reason', 'Reason')}
        htmlFor="silence-reason"
        required
        invalid={isMissing}
        error={t('silence.reason-missing', 'Say why: others will ask.')}
      >
        <TextArea
          id="silence-reason"
          rows={3}
          maxLength={2000}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      </Field>
      <Modal.ButtonRow>
        <Button variant="secondary" onClick={onClose}>
          {t('silence.cancel', 'Cancel')}
        </Button>
        <Button icon="bell-slash" disabled={save.isPending} onClick={submit}>
          {t('silence.begin', 'Silence')}
        </Button>
      </Modal.ButtonRow>
    </Modal>
  );
}
