/** A file of the timeline: a picture to look at, and a way to keep it. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { ConfirmModal, Icon, IconButton, Stack, Text, useStyles2 } from '@grafana/ui';
import { useState } from 'react';
import { valueText } from '../lib/units';

interface AttachmentViewProps {
  name: string;
  /** Bytes. */
  size: number;
  /** Where it is saved from. */
  url: string;
  /** Where it is shown from; only pictures have one. */
  picture?: string;
  /** Absent for those who may only read. */
  onDelete?: () => void;
}

export function AttachmentView({ name, size, url, picture, onDelete }: AttachmentViewProps) {
  const styles = useStyles2(getStyles);
  const [asking, setAsking] = useState(false);
  const [broken, setBroken] = useState(false);
  return (
    <Stack direction="column" gap={0.5}>
      {picture && !broken && (
        <img className={styles.picture} src={picture} alt={name} loading="lazy" onError={() => setBroken(true)} />
      )}
      <Stack gap={1} alignItems="center">
        <a className={styles.link} href={url} download={name}>
          <Icon name="download-alt" /> {name}
        </a>
        <Text variant="bodySmall" color="secondary">
          {valueText(size, 'bytes')}
        </Text>
        {broken && (
          <Text variant="bodySmall" color="secondary">
            {t('attachment.broken', 'could not be shown')}
          </Text>
        )}
        {onDelete && (
          <IconButton
            name="trash-alt"
            size="sm"
            tooltip={t('attachment.delete', 'Take {{- name}} away', { name })}
            onClick={() => setAsking(true)}
          />
        )}
      </Stack>
      {asking && (
        <ConfirmModal
          isOpen
          title={t('attachment.delete-title', 'Take this file away?')}
          body={t('attachment.delete-why', 'Its content is gone for good; the audit log keeps that it was there.')}
          confirmText={t('attachment.delete-do', 'Take away')}
          onConfirm={() => (setAsking(false), onDelete?.())}
          onDismiss={() => setAsking(false)}
        />
      )}
    </Stack>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  picture: css({
    maxWidth: '100%',
    // Room is kept while it loads, so that nothing below jumps far.
    minHeight: theme.spacing(10),
    maxHeight: 320,
    objectFit: 'contain',
    objectPosition: 'left top',
    alignSelf: 'flex-start',
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  link: css({ color: theme.colors.text.link, overflowWrap: 'anywhere', '&:hover': { textDecoration: 'underline' } }),
});
