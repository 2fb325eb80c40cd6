/** Two people changed the same thing: what is there now, what you wanted, and whose stays. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Button, Modal, useStyles2 } from '@grafana/ui';

export interface Disagreement {
  field: string;
  theirs: string;
  yours: string;
}

interface ConflictDialogProps {
  /** Who changed it meanwhile. */
  by: string;
  fields: readonly Disagreement[];
  onTheirs: () => void;
  onYours: () => void;
}

export function ConflictDialog({ by, fields, onTheirs, onYours }: ConflictDialogProps) {
  const styles = useStyles2(getStyles);
  return (
    <Modal
      isOpen
      title={t('conflict.title', '{{- by}} changed this while you did', {
        by: by || t('conflict.somebody', 'Somebody'),
      })}
      onDismiss={onTheirs}
    >
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('conflict.field', 'What')}</th>
            <th scope="col">{t('conflict.theirs', 'Theirs, as it is now')}</th>
            <th scope="col">{t('conflict.yours', 'Yours')}</th>
          </tr>
        </thead>
        <tbody>
          {fields.map(({ field, theirs, yours }) => (
            <tr key={field}>
              <th scope="row">{field}</th>
              <td>{theirs}</td>
              <td>{yours}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Modal.ButtonRow>
        <Button variant="secondary" onClick={onTheirs}>
          {t('conflict.keep-theirs', 'Keep theirs')}
        </Button>
        <Button variant="primary" onClick={onYours}>
          {t('conflict.keep-yours', 'Use yours')}
        </Button>
      </Modal.ButtonRow>
    </Modal>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  table: css({
    width: '100%',
    tableLayout: 'fixed',
    'th, td': {
      padding: theme.spacing(1),
      textAlign: 'left',
      verticalAlign: 'top',
      overflowWrap: 'anywhere',
      borderBottom: `1px solid ${theme.colors.border.weak}`,
    },
    'thead th': { color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular },
  }),
});
