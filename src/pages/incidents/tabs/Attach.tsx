/** Put a file into the timeline. */
import { t } from '@grafana/i18n';
import { Alert, Button, Stack, Text } from '@grafana/ui';
import { useRef, useState } from 'react';
import { ACCEPTED, MAX_SIZE, useAttach } from '../../../api/attachments';
import { valueText } from '../../../lib/units';

export function Attach({ number }: { number: string }) {
  const attach = useAttach(number);
  const chooser = useRef<HTMLInputElement>(null);
  const [tooLarge, setTooLarge] = useState('');
  const send = (file: File) => {
    attach.reset();
    if (file.size > MAX_SIZE) {
      setTooLarge(
        t('attach.too-large', '{{- name}} has {{- size}}; at most {{- most}} are taken', {
          name: file.name,
          size: valueText(file.size, 'bytes'),
          most: valueText(MAX_SIZE, 'bytes'),
        })
      );
      return;
    }
    setTooLarge('');
    attach.mutate(file);
  };
  const problem = tooLarge || (attach.error?.problems[0]?.problem ?? attach.error?.message);
  return (
    <Stack direction="column" gap={1}>
      <Stack gap={1} alignItems="center" wrap="wrap">
        <input
          ref={chooser}
          type="file"
          hidden
          aria-label={t('attach.file', 'File to attach')}
          accept={ACCEPTED}
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            // The same file can be chosen again.
            event.currentTarget.value = '';
            if (file) {
              send(file);
            }
          }}
        />
        <Button
          size="sm"
          variant="secondary"
          icon={attach.isPending ? 'spinner' : 'upload'}
          disabled={attach.isPending}
          onClick={() => chooser.current?.click()}
        >
          {t('attach.do', 'Attach a file')}
        </Button>
        <Text variant="bodySmall" color="secondary">
          {t('attach.limits', 'Pictures, PDF, JSON, CSV, Markdown or text; at most {{- most}} each', {
            most: valueText(MAX_SIZE, 'bytes'),
          })}
        </Text>
      </Stack>
      {problem && (
        <Alert severity="error" title={t('attach.failed', 'The file was not attached')} topSpacing={0}>
          {problem}
        </Alert>
      )}
    </Stack>
  );
}
