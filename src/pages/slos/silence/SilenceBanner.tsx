/** Says that an SLO's alerts wake nobody at the moment: since whom, until when and why. */
import { t } from '@grafana/i18n';
import { Alert, Button, Stack } from '@grafana/ui';
import { useEndWindow, useWindows } from '../../../api/maintenance';
import { type SloShape, type WindowShape } from '../../../api/types.gen';
import { Moment } from '../../../components/Moment';
import { signedIn } from '../../../lib/role';
import { isOwn, silencing } from './silences';

export function SilenceBanner({ slo }: { slo: SloShape }) {
  const windows = useWindows();
  return (
    <>
      {silencing(slo, windows.data ?? []).map((window) => (
        <Banner key={window.id} slo={slo} window={window} />
      ))}
    </>
  );
}

function Banner({ slo, window }: { slo: SloShape; window: WindowShape }) {
  const end = useEndWindow();
  const { canEdit } = signedIn();
  const own = isOwn(slo, window);
  const title = own
    ? t('silence.on', 'Its alerts are silenced by {{- who}}', { who: window.updatedBy })
    : t('silence.covered', 'Its alerts are held back by the maintenance window "{{- title}}"', { title: window.title });
  return (
    <Alert severity="info" title={title}>
      <Stack gap={2} alignItems="center" justifyContent="space-between" wrap="wrap">
        <span>
          {t('silence.until', 'Until')} <Moment at={window.nextEnd ?? window.endsAt} />
          {window.comment && `: ${window.comment}`}
        </span>
        {own && canEdit && (
          <Button size="sm" variant="secondary" disabled={end.isPending} onClick={() => end.mutate(window)}>
            {t('silence.end', 'End now')}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
