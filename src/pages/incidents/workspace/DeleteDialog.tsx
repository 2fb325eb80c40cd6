/** Delete an incident for good, once the person has typed its number. */
import { t } from '@grafana/i18n';
import { Alert, ConfirmModal } from '@grafana/ui';
import { useNavigate } from 'react-router-dom';
import { useDeleteIncident } from '../../../api/incidents';
import { pageUrl, ROUTES } from '../../../constants';
import { useReturnFocus } from '../../../lib/returnFocus';

export function DeleteDialog({ number, onClose }: { number: string; onClose: () => void }) {
  useReturnFocus();
  const remove = useDeleteIncident(number);
  const navigate = useNavigate();
  return (
    <ConfirmModal
      isOpen
      title={t('delete.title', 'Delete {{- number}}?', { number })}
      body={t(
        'delete.what',
        'Its timeline, tasks, files and investigation go with it, for good. Its alerts stay; the audit log keeps that it was deleted.'
      )}
      description={
        remove.error && (
          <Alert severity="error" title={t('delete.refused', 'It was not deleted')}>
            {remove.error.message}
          </Alert>
        )
      }
      confirmationText={number}
      confirmText={t('delete.do', 'Delete for good')}
      disabled={remove.isPending}
      onConfirm={() => remove.mutate(undefined, { onSuccess: () => void navigate(pageUrl(ROUTES.incidents)) })}
      onDismiss={onClose}
    />
  );
}
