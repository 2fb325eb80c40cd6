/** How parts of the workspace change the incident, and the questions that a change may raise. */
import { t } from '@grafana/i18n';
import { Alert, ConfirmModal } from '@grafana/ui';
import { type ReactNode, useState } from 'react';
import { type ApiError, apiError } from '../../../api/client';
import { Clash, useEditIncident } from '../../../api/incidentEdit';
import { type IncidentDetailShape, type IncidentPatch } from '../../../api/types.gen';
import { ConflictDialog } from '../../../components/ConflictDialog';

export interface Editor {
  /**
   * Change the incident.
   *
   * @param seen the incident as it was when the person began to edit.
   * @returns whether the change was taken.
   */
  edit: (patch: IncidentPatch, seen?: IncidentDetailShape) => Promise<boolean>;
  busy: boolean;
  /** What was refused last, with its fields. */
  error: ApiError | null;
  /** Questions and refusals; the page shows them. */
  questions: ReactNode;
}

interface Trouble {
  error: ApiError;
  patch: IncidentPatch;
}

/** @param onTaken is told of each change that the backend took. */
export function useEditor(number: string, onTaken?: (patch: IncidentPatch) => void): Editor {
  const change = useEditIncident(number);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const edit = async (patch: IncidentPatch, seen?: IncidentDetailShape): Promise<boolean> => {
    setTrouble(null);
    try {
      await change.mutateAsync({ patch, ...(seen && { seen }) });
      onTaken?.(patch);
      return true;
    } catch (thrown) {
      setTrouble({ error: apiError(thrown), patch });
      return false;
    }
  };
  const done = () => setTrouble(null);
  return {
    edit,
    busy: change.isPending,
    error: trouble?.error ?? null,
    questions: trouble && <Question {...trouble} onDone={done} edit={edit} />,
  };
}

function Question({ error, patch, edit, onDone }: Trouble & { edit: Editor['edit']; onDone: () => void }) {
  if (error instanceof Clash) {
    const { theirs, fields } = error;
    return (
      <ConflictDialog
        by={theirs.updatedBy}
        fields={fields.map((field) => ({
          field: fieldText(field),
          theirs: valueText(valueOf(theirs, field)),
          yours: valueText(valueOf(patch, field)),
        }))}
        onTheirs={onDone}
        onYours={() => void edit(patch, theirs)}
      />
    );
  }
  if (error.code === 'still_firing') {
    return (
      <ConfirmModal
        isOpen
        title={t('force.title', 'Its alerts still fire')}
        body={error.message}
        description={t('force.why', 'It will open again when the source reports them once more.')}
        confirmText={t('force.do', 'Resolve anyway')}
        dismissText={t('force.not', 'Leave it open')}
        onConfirm={() => void edit({ ...patch, force: true })}
        onDismiss={onDone}
      />
    );
  }
  return (
    <Alert severity="error" title={t('edit.refused', 'The change was not taken')} onRemove={onDone}>
      {error.message}
    </Alert>
  );
}

function valueOf(of: IncidentDetailShape | IncidentPatch, field: string): unknown {
  const [name = '', part] = field.split('.');
  const value: unknown = Object.entries(of).find(([key]) => key === name)?.[1];
  if (part === undefined) {
    return value;
  }
  const stamp: unknown = value && typeof value === 'object' ? Object.entries(value).find(([k]) => k === part)?.[1] : '';
  return stamp && typeof stamp === 'object' && 'at' in stamp ? stamp.at : stamp;
}

function valueText(value: unknown): string {
  if (value === undefined || value === null || value === '') {
    return t('edit.empty', '(empty)');
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function fieldText(field: string): string {
  const texts: Record<string, string> = {
    title: t('edit.field.title', 'Title'),
    summary: t('edit.field.summary', 'Summary'),
    severity: t('edit.field.severity', 'Severity'),
    status: t('edit.field.status', 'Status'),
    stage: t('edit.field.stage', 'Own state'),
    service: t('edit.field.service', 'Service'),
    services: t('edit.field.services', 'Affected services'),
    assignee: t('edit.field.assignee', 'Assignee'),
    roles: t('edit.field.roles', 'Roles'),
    rootCause: t('edit.field.rootCause', 'Root cause'),
    labels: t('edit.field.labels', 'Labels'),
    links: t('edit.field.links', 'Links'),
  };
  return texts[field] ?? field;
}
