/** The keys of a page, in a dialog. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Modal, useStyles2 } from '@grafana/ui';

export interface Shortcut {
  keys: readonly string[];
  does: string;
}

export function ShortcutHelp({ shortcuts, onClose }: { shortcuts: readonly Shortcut[]; onClose: () => void }) {
  const styles = useStyles2(getStyles);
  return (
    <Modal isOpen title={t('shortcuts.title', 'Keyboard shortcuts')} onDismiss={onClose}>
      <dl className={styles.list}>
        {shortcuts.map(({ keys, does }) => (
          <div key={does} className={styles.line}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ margin: 0 }),
  line: css({
    display: 'grid',
    gridTemplateColumns: '120px 1fr',
    alignItems: 'center',
    padding: theme.spacing(0.75, 0),
    borderBottom: `1px solid ${theme.colors.border.weak}`,
    dd: { margin: 0 },
    dt: { display: 'flex', gap: theme.spacing(0.5) },
    kbd: {
      padding: theme.spacing(0.25, 0.75),
      border: `1px solid ${theme.colors.border.medium}`,
      borderRadius: theme.shape.radius.default,
      background: theme.colors.background.secondary,
      color: theme.colors.text.primary,
      fontFamily: theme.typography.fontFamilyMonospace,
      boxShadow: 'none',
    },
  }),
});
