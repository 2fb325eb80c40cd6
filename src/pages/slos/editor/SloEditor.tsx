/** The form beside its preview. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Button, FieldSet, Stack, useStyles2 } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useMemo, useState } from 'react';
import { ApiError } from '../../../api/client';
import { serviceListQuery } from '../../../api/services';
import { sloPreviewQuery } from '../../../api/slos';
import { LeaveGuard } from '../../../components/LeaveGuard';
import { RefusedState } from '../../../components/StateView';
import { useDebounced } from '../../../lib/debounced';
import { AlertFields } from './AlertFields';
import { type SloForm, trialOf } from './form';
import { GroupFields } from './GroupFields';
import { isUngrouped } from './indicator';
import { IndicatorFields } from './IndicatorFields';
import { DetailFields, NameFields } from './NameFields';
import { Preview } from './Preview';
import { TargetFields } from './TargetFields';

/** How long typing pauses before it is tried out; a trial reads history. */
const PAUSE = 700;

interface SloEditorProps {
  start: SloForm;
  /** Why it could not be saved. */
  error: Error | null;
  isSaving: boolean;
  /** It was saved; leaving loses nothing. */
  saved: boolean;
  onSave: (form: SloForm) => void;
  onCancel: () => void;
}

export function SloEditor({ start, error, isSaving, saved, onSave, onCancel }: SloEditorProps) {
  const styles = useStyles2(getStyles);
  const [form, setForm] = useState(start);
  const services = useQuery(serviceListQuery());
  const settled = useDebounced(form, PAUSE);
  const trial = useMemo(() => trialOf(settled), [settled]);
  const preview = useQuery(sloPreviewQuery(trial));
  const isUnsaved = !saved && JSON.stringify(form) !== JSON.stringify(start);
  // A refusal is about what was sent; after a further change the trial's word counts.
  const shown = error ?? (JSON.stringify(trialOf(form)) === JSON.stringify(trial) ? preview.error : null);
  const fields = { form, error: shown, change: (part: Partial<SloForm>) => setForm((old) => ({ ...old, ...part })) };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSave(form);
  };

  return (
    <div className={styles.halves}>
      <form onSubmit={submit} aria-label={t('slo-edit.form', 'SLO')} noValidate>
        <Stack direction="column" gap={2}>
          <FieldSet label={t('slo-edit.what', 'What is promised')} className={styles.group}>
            <Stack direction="column" gap={2}>
              <NameFields {...fields} services={services.data?.items.map((each) => each.name) ?? []} />
              <IndicatorFields {...fields} />
              <TargetFields {...fields} />
            </Stack>
          </FieldSet>
          <FieldSet label={t('slo-edit.alerts', 'When it alerts')} className={styles.group}>
            <Stack direction="column" gap={2}>
              <AlertFields {...fields} />
            </Stack>
          </FieldSet>
          <FieldSet label={t('slo-edit.more', 'What else to know')} className={styles.group}>
            <Stack direction="column" gap={2}>
              <DetailFields {...fields} />
              {!isUngrouped(form.kind, form.budgeting) && <GroupFields {...fields} />}
            </Stack>
          </FieldSet>
          {error && !(error instanceof ApiError && error.problems.length > 0) && <RefusedState error={error} />}
          <Stack gap={1}>
            <Button type="submit" disabled={isSaving || form.name.trim() === '' || form.service.trim() === ''}>
              {t('slo-edit.save', 'Save SLO')}
            </Button>
            <Button type="button" variant="secondary" fill="outline" onClick={onCancel}>
              {t('slo-edit.cancel', 'Cancel')}
            </Button>
          </Stack>
        </Stack>
      </form>
      <Preview
        query={preview}
        ready={trial !== null}
        objective={trial?.objective ?? form.objective}
        indicator={trial?.indicator ?? null}
      />
      <LeaveGuard unsaved={isUnsaved && !isSaving} />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  halves: css({
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr)',
    gap: theme.spacing(3),
    alignItems: 'start',
    [theme.breakpoints.down('lg')]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  }),
  group: css({ marginBottom: 0 }),
});
