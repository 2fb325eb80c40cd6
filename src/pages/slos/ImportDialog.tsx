/** SLOs from YAML: first told what would become of each, then imported. */
import { t } from '@grafana/i18n';
import { Alert, Button, Checkbox, Field, FileUpload, Modal, Stack, TextArea } from '@grafana/ui';
import { useState } from 'react';
import { useImportSlos } from '../../api/slos';
import { RefusedState } from '../../components/StateView';
import { ImportResult } from './ImportResult';

/** The backend takes no larger text either. */
const MOST_BYTES = 1_000_000;

export function ImportDialog({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const [lenient, setLenient] = useState(false);
  const [tooLarge, setTooLarge] = useState(false);
  const run = useImportSlos();
  const mode = lenient ? 'lenient' : 'strict';
  const tried = run.data?.dryRun === true && run.variables?.text === text && run.variables.mode === mode;
  const changes = run.data?.items.some((item) => item.action === 'created' || item.action === 'updated') ?? false;
  const done = run.data?.dryRun === false;

  const edit = (next: string) => {
    setText(next);
    run.reset();
  };
  const load = async (file: File | undefined) => {
    setTooLarge(file !== undefined && file.size > MOST_BYTES);
    if (file && file.size <= MOST_BYTES) {
      edit(await file.text());
    }
  };

  return (
    <Modal isOpen title={t('slo-import.title', 'Import SLOs')} onDismiss={onClose}>
      <Stack direction="column" gap={2}>
        {tooLarge && (
          <Alert severity="error" title={t('slo-import.too-large', 'The file is larger than 1 MB: split it')} />
        )}
        <Field
          noMargin
          label={t('slo-import.text', 'YAML')}
          description={t('slo-import.kinds', 'OpenSLO v1, Sloth or Pyrra documents, as many as you like.')}
          htmlFor="slo-import-text"
        >
          <TextArea
            id="slo-import-text"
            rows={10}
            spellCheck={false}
            value={text}
            onChange={(event) => edit(event.currentTarget.value)}
          />
        </Field>
        <Stack gap={2} alignItems="center" wrap="wrap">
          <FileUpload
            accept=".yaml,.yml"
            size="sm"
            onFileUpload={(event) => void load(event.currentTarget.files?.[0])}
            showFileName={false}
          >
            {t('slo-import.file', 'Load a file')}
          </FileUpload>
          <Checkbox
            label={t('slo-import.lenient', 'Import what can be read, even if something cannot be kept')}
            value={lenient}
            onChange={(event) => setLenient(event.currentTarget.checked)}
          />
        </Stack>
        {run.error && <RefusedState error={run.error} title={t('slo-import.failed', 'Not imported')} />}
        {run.data && (tried || done) && <ImportResult result={run.data} />}
      </Stack>
      <Modal.ButtonRow>
        <Button variant="secondary" fill="outline" onClick={onClose}>
          {done ? t('slo-import.close', 'Close') : t('slo-import.cancel', 'Cancel')}
        </Button>
        {!done && (
          <Button
            variant={tried ? 'secondary' : 'primary'}
            disabled={text.trim() === '' || run.isPending}
            onClick={() => run.mutate({ text, mode, dryRun: true })}
          >
            {t('slo-import.try', 'Try it out')}
          </Button>
        )}
        {tried && (
          <Button disabled={!changes || run.isPending} onClick={() => run.mutate({ text, mode, dryRun: false })}>
            {t('slo-import.run', 'Import')}
          </Button>
        )}
      </Modal.ButtonRow>
    </Modal>
  );
}
