/** What can be done with one row of a list of the settings: change it, or take it away after a second thought. */
import { t } from '@grafana/i18n';
import { Button, ConfirmButton, Stack } from '@grafana/ui';
import { type ReactNode } from 'react';

interface RowButtonsProps {
  /** What the row is called, for those who hear the page. */
  name: string;
  onEdit?: () => void;
  onDelete?: () => void;
  /** Further buttons, before the others. */
  children?: ReactNode;
}

export function RowButtons({ name, onEdit, onDelete, children }: RowButtonsProps) {
  return (
    <Stack gap={1} justifyContent="flex-end" wrap="wrap">
      {children}
      {onEdit && (
        <Button
          size="sm"
          variant="secondary"
          icon="pen"
          aria-label={t('row.edit', 'Edit {{- name}}', { name })}
          onClick={onEdit}
        >
          {t('row.edit-short', 'Edit')}
        </Button>
      )}
      {onDelete && (
        <ConfirmButton
          size="sm"
          confirmText={t('row.delete', 'Delete {{- name}}', { name })}
          confirmVariant="destructive"
          onConfirm={onDelete}
        >
          {t('row.delete-short', 'Delete')}
        </ConfirmButton>
      )}
    </Stack>
  );
}
