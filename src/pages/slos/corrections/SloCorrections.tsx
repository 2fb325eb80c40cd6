/** Time that does not count for one SLO: what there is, and more of it. */
import { t } from '@grafana/i18n';
import { Button, ConfirmModal, IconButton, Stack, Text } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { sloCorrectionsQuery, useDeleteCorrection } from '../../../api/sloCorrections';
import { type SloCorrectionShape, type SloShape } from '../../../api/types.gen';
import { Moment } from '../../../components/Moment';
import { PlainTable } from '../../../components/PlainTable';
import { LoadingState, StateView } from '../../../components/StateView';
import { digitsFor, percentText } from '../../../lib/numbers';
import { signedIn } from '../../../lib/role';
import { CorrectionDrawer } from './CorrectionDrawer';
import { concerns } from './form';
import { categoryText, reachText, repeatText } from './words';

export function SloCorrections({ slo }: { slo: SloShape }) {
  const title = t('corrections.title', 'Time that does not count');
  const { canEdit } = signedIn();
  const corrections = useQuery({
    ...sloCorrectionsQuery(),
    select: (items) => items.filter((each) => concerns(each, slo)),
  });
  const remove = useDeleteCorrection();
  const [open, setOpen] = useState<'new' | SloCorrectionShape | null>(null);
  const [leaving, setLeaving] = useState<SloCorrectionShape | null>(null);
  const { uncorrected } = slo.status;
  return (
    <section>
      <Stack direction="column" gap={1}>
        <Stack justifyContent="space-between" alignItems="center" wrap="wrap">
          <Text element="h3" variant="h5">
            {title}
          </Text>
          {canEdit && (
            <Button variant="secondary" icon="plus" onClick={() => setOpen('new')}>
              {t('corrections.add', 'Exclude time')}
            </Button>
          )}
        </Stack>
        {uncorrected && (
          <Text color="secondary">
            {t('corrections.without', 'Without it, {{- sli}} of the window would be good.', {
              sli: percentText(uncorrected.sli, digitsFor(slo.objective)),
            })}
          </Text>
        )}
        <StateView
          query={corrections}
          loading={<LoadingState lines={2} />}
          isEmpty={(items) => items.length === 0}
          empty={
            <Text color="secondary">
              {t('corrections.none', 'All time counts. Planned work or a fault of others can be excluded.')}
            </Text>
          }
        >
          {(items) => (
            <PlainTable
              label={title}
              head={[
                t('corrections.why', 'Why'),
                t('corrections.when', 'When'),
                t('corrections.for', 'For'),
                t('corrections.by', 'By'),
                ...(canEdit ? [''] : []),
              ]}
              rows={items.map((each) => ({
                key: each.id,
                cells: [
                  <Why key="why" correction={each} />,
                  <When key="when" correction={each} />,
                  reachText(each, slo.id),
                  each.updatedBy,
                  ...(canEdit
                    ? [
                        <Stack key="do" gap={0.5} justifyContent="flex-end">
                          <IconButton
                            name="pen"
                            aria-label={t('corrections.change', 'Change: {{- reason}}', { reason: each.reason })}
                            onClick={() => setOpen(each)}
                          />
                          <IconButton
                            name="trash-alt"
                            aria-label={t('corrections.remove', 'Take back: {{- reason}}', { reason: each.reason })}
                            onClick={() => setLeaving(each)}
                          />
                        </Stack>,
                      ]
                    : []),
                ],
              }))}
            />
          )}
        </StateView>
      </Stack>
      {open && <CorrectionDrawer slo={slo} {...(open !== 'new' && { before: open })} onClose={() => setOpen(null)} />}
      <ConfirmModal
        isOpen={leaving !== null}
        title={t('corrections.remove-title', 'Does this time count again?')}
        body={t('corrections.remove-body', 'The numbers go back to what they were without the correction.')}
        confirmText={t('corrections.count-again', 'Count it again')}
        dismissText={t('corrections.keep', 'Keep it')}
        onConfirm={() => {
          if (leaving) {
            remove.mutate(leaving.id);
          }
          setLeaving(null);
        }}
        onDismiss={() => setLeaving(null)}
      />
    </section>
  );
}

function Why({ correction: { reason, category } }: { correction: SloCorrectionShape }) {
  return (
    <Stack direction="column" gap={0}>
      <span>{reason}</span>
      <Text variant="bodySmall" color="secondary">
        {categoryText(category)}
      </Text>
    </Stack>
  );
}

function When({ correction: { start, end, recurrence, zone } }: { correction: SloCorrectionShape }) {
  return (
    <Stack direction="column" gap={0}>
      <span>
        <Moment at={start} /> – <Moment at={end} />
      </span>
      {recurrence && (
        <Text variant="bodySmall" color="secondary">
          {repeatText(recurrence, zone)}
        </Text>
      )}
    </Stack>
  );
}
