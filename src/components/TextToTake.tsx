/** A text to take along: shown as it is, to copy or to download. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Button, ClipboardButton, Stack, useStyles2 } from '@grafana/ui';
import { download } from '../lib/download';

const PLAIN = 'text/plain;charset=utf-8';

interface TextToTakeProps {
  text: string;
  /** What the text is, for screen readers. */
  label: string;
  /** Name of the file; without one there is no download. */
  file?: string;
}

export function TextToTake({ text, label, file }: TextToTakeProps) {
  const styles = useStyles2(getStyles);
  return (
    <Stack direction="column" gap={1}>
      <pre className={styles.text} tabIndex={0} aria-label={label}>
        {text}
      </pre>
      <Stack gap={1}>
        <ClipboardButton variant="secondary" size="sm" icon="copy" getText={() => text}>
          {t('text.copy', 'Copy')}
        </ClipboardButton>
        {file && (
          <Button variant="secondary" size="sm" icon="download-alt" onClick={() => download(text, file, PLAIN)}>
            {t('text.download', 'Download {{- file}}', { file })}
          </Button>
        )}
      </Stack>
    </Stack>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  text: css({
    maxHeight: '50vh',
    margin: 0,
    padding: theme.spacing(1.5),
    overflow: 'auto',
    background: theme.colors.background.canvas,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    fontFamily: theme.typography.fontFamilyMonospace,
    fontSize: theme.typography.bodySmall.fontSize,
    whiteSpace: 'pre',
  }),
});
