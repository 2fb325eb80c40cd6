/** Asked when a person closes an incident: was the named cause the right one? It can be answered later as well. */
import { t } from '@grafana/i18n';
import { Button, Field, Modal, Text, TextArea } from '@grafana/ui';
import { useState } from 'react';
import { useGradeInvestigation } from '../../../api/investigation';
import { type InvestigationShape } from '../../../api/types.gen';

/** Whether there is a named cause that nobody has judged yet. */
export function awaitsGrade(investigation: InvestigationShape | null): boolean {
  const causes = investigation?.answer?.causes ?? [];
  return investigation?.grade === null && causes.some((each) => each.named);
}

interface GradeDialogProps {
  investigation: InvestigationShape;
  onClose: () => void;
}

export function GradeDialog({ investigation, onClose }: GradeDialogProps) {
  const grade = useGradeInvestigation(investigation.incident);
  const [note, setNote] = useState('');
  const judge = (right: boolean) =>
    grade.mutate({ right, ...(note.trim() && { note: note.trim() }) }, { onSuccess: onClose });
  return (
    <Modal isOpen title={t('grade.title', 'Was the cause right?')} onDismiss={onClose}>
      <Text element="p">{investigation.answer?.headline ?? ''}</Text>
      <Text element="p" color="secondary">
        {t('grade.why', 'The checks learn from it how far they can be trusted.')}
      </Text>
      <Field label={t('grade.note', 'What it was, if it was something else')} htmlFor="grade-note">
        <TextArea id="grade-note" rows={2} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
      </Field>
      <Modal.ButtonRow>
        <Button variant="secondary" fill="outline" onClick={onClose}>
          {t('grade.later', 'Not now')}
        </Button>
        <Button variant="secondary" disabled={grade.isPending} onClick={() => judge(false)}>
          {t('grade.was-wrong', 'It was wrong')}
        </Button>
        <Button disabled={grade.isPending} onClick={() => judge(true)}>
          {t('grade.was-right', 'It was right')}
        </Button>
      </Modal.ButtonRow>
    </Modal>
  );
}
