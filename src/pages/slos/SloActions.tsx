/** What can be done with an SLO. */
import { t } from '@grafana/i18n';
import { Button, ConfirmModal, LinkButton, Stack } from '@grafana/ui';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { useCalculateSlo, useDeleteSlo } from '../../api/slos';
import { type SloShape } from '../../api/types.gen';
import { pageUrl, ROUTES } from '../../constants';
import { type Person, signedIn } from '../../lib/role';
import { hrefOf } from '../../lib/href';
import { ExportDialog } from './ExportDialog';
import { SilenceDialog } from './silence/SilenceDialog';

export function SloActions({ slo }: { slo: SloShape }) {
  const person = signedIn();
  const { canEdit } = person;
  const [dialog, setDialog] = useState<'delete' | 'export' | 'silence' | null>(null);
  const calculate = useCalculateSlo(slo.id);
  const remove = useDeleteSlo();
  const navigate = useNavigate();
  return (
    <Stack gap={1} wrap="wrap" alignItems="center">
      {calculate.data && <span role="status">{outcomeText(calculate.data.outcome, calculate.data.message)}</span>}
      <Button variant="secondary" icon="download-alt" onClick={() => setDialog('export')}>
        {t('slo.export', 'Export')}
      </Button>
      {canEdit && (
        <>
          <Button
            variant="secondary"
            icon={calculate.isPending ? 'spinner' : 'sync'}
            disabled={calculate.isPending}
            onClick={() => calculate.mutate()}
          >
            {t('slo.calculate', 'Calculate now')}
          </Button>
          <Button variant="secondary" icon="bell-slash" onClick={() => setDialog('silence')}>
            {t('slo.silence', 'Silence')}
          </Button>
        </>
      )}
      {canEdit && mayChange(slo, person) && (
        <>
          <Button variant="destructive" fill="outline" icon="trash-alt" onClick={() => setDialog('delete')}>
            {t('slo.delete', 'Delete')}
          </Button>
          <LinkButton icon="pen" href={hrefOf(pageUrl(ROUTES.slos, slo.id, 'edit'))}>
            {t('slo.edit', 'Edit')}
          </LinkButton>
        </>
      )}
      {dialog === 'export' && <ExportDialog service={slo.service} onClose={() => setDialog(null)} />}
      {dialog === 'silence' && <SilenceDialog slo={slo} onClose={() => setDialog(null)} />}
      <ConfirmModal
        isOpen={dialog === 'delete'}
        title={t('slo.delete-title', 'Delete this SLO?')}
        body={t('slo.delete-body', 'Its counts and its whole history go with it. This cannot be undone.')}
        confirmationText={slo.name}
        confirmText={t('slo.delete', 'Delete')}
        dismissText={t('slo.keep', 'Keep it')}
        onConfirm={() => remove.mutate(slo.id, { onSuccess: () => void navigate(pageUrl(ROUTES.slos)) })}
        onDismiss={() => setDialog(null)}
      />
    </Stack>
  );
}

/** Whether an SLO that names its editors names this person; the backend checks it again. */
function mayChange({ editors }: SloShape, { isAdmin, login }: Person): boolean {
  return isAdmin || editors.length === 0 || editors.some((each) => each.toLowerCase() === login.toLowerCase());
}

function outcomeText(outcome: 'calculated' | 'failed' | 'nothing_due', message: string): string {
  const texts = {
    calculated: t('slo.calculated', 'Calculated just now'),
    failed: t('slo.failed', 'Failed: {{- message}}', { message }),
    nothing_due: t('slo.nothing-due', 'Already counted up to now'),
  };
  return texts[outcome];
}
