/** The editor of an SLO that exists: others may change it meanwhile. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { sloQuery, useEditSlo } from '../../../api/slos';
import { type SloShape } from '../../../api/types.gen';
import { ConflictDialog, type Disagreement } from '../../../components/ConflictDialog';
import { pageUrl, ROUTES } from '../../../constants';
import { formOf, inputOf, patchOf, type SloForm } from './form';
import { SloEditor } from './SloEditor';

export function ExistingSlo({ slo }: { slo: SloShape }) {
  /** The SLO that the form began with; later answers must not change what somebody types. */
  const [base, setBase] = useState(slo);
  const [conflict, setConflict] = useState<{ theirs: SloShape; yours: SloForm } | null>(null);
  const edit = useEditSlo(slo.id);
  const client = useQueryClient();
  const navigate = useNavigate();

  const save = (form: SloForm, version: number) =>
    edit.mutate(patchOf(formOf(base), form, version), {
      onSuccess: () => void navigate(pageUrl(ROUTES.slos, slo.id)),
      onError: (error) => {
        if (error.code === 'stale_write') {
          void client
            .query({ ...sloQuery(slo.id), staleTime: 0 })
            .then((theirs) => setConflict({ theirs, yours: form }));
        }
      },
    });

  return (
    <>
      <SloEditor
        key={base.version}
        start={formOf(base)}
        error={edit.error?.code === 'stale_write' ? null : edit.error}
        isSaving={edit.isPending}
        saved={edit.isSuccess}
        onSave={(form) => save(form, base.version)}
        onCancel={() => void navigate(pageUrl(ROUTES.slos, slo.id))}
      />
      {conflict && (
        <ConflictDialog
          by={conflict.theirs.updatedBy}
          fields={disagreements(conflict.theirs, base, conflict.yours)}
          onTheirs={() => {
            setBase(conflict.theirs);
            setConflict(null);
          }}
          onYours={() => {
            save(conflict.yours, conflict.theirs.version);
            setConflict(null);
          }}
        />
      )}
    </>
  );
}

/** Where somebody's SLO differs from what you want, of the fields that you changed. */
export function disagreements(theirs: SloShape, base: SloShape, yours: SloForm): Disagreement[] {
  const there = inputOf(formOf(theirs));
  const { version: _version, ...mine } = patchOf(formOf(base), yours, theirs.version);
  return Object.entries(mine).map(([field, value]) => ({
    field,
    theirs: textOf(Reflect.get(there, field)),
    yours: textOf(value),
  }));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
