/** The end of each form of the settings. */
import { t } from '@grafana/i18n';
import { Button, Stack } from '@grafana/ui';

interface FormButtonsProps {
  /** What is needed is filled. */
  ready: boolean;
  busy: boolean;
  onCancel: () => void;
}

export function FormButtons({ ready, busy, onCancel }: FormButtonsProps) {
  return (
    <Stack gap={1}>
      <Button type="submit" disabled={!ready || busy} icon={busy ? 'spinner' : undefined}>
        {t('form.save', 'Save')}
      </Button>
      <Button type="button" variant="secondary" onClick={onCancel}>
        {t('form.cancel', 'Cancel')}
      </Button>
    </Stack>
  );
}
