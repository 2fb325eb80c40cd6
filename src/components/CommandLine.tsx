/** A command, or a line of configuration, to copy; it is never run. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { ClipboardButton, useStyles2 } from '@grafana/ui';

interface CommandLineProps {
  command: string;
  /** What the button does, where it copies no command. */
  copy?: string;
}

export function CommandLine({ command, copy }: CommandLineProps) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.line}>
      <code className={styles.code}>{command}</code>
      <ClipboardButton
        size="sm"
        variant="secondary"
        icon="copy"
        getText={() => command}
        aria-label={copy ?? t('command.copy', 'Copy the command')}
      />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  line: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), minWidth: 0 }),
  code: css({ flex: 1, minWidth: 0, overflowX: 'auto', whiteSpace: 'pre', padding: theme.spacing(0.5, 1) }),
});
