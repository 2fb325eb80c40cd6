/** Correct a timeline entry: when it happened, and what a comment says. */
import { t } from '@grafana/i18n';
import { Button, Stack, TextArea } from '@grafana/ui';
import { type FormEvent, useState } from 'react';
import { type EntryPatch, type EntryShape } from '../api/types.gen';
import { MomentInput } from './MomentInput';

interface EditEntryProps {
  entry: EntryShape;
  /** Gets what was changed, and nothing else. */
  onSave: (patch: EntryPatch) => void;
  onCancel: () => void;
}

export function EditEntry({ entry, onSave, onCancel }: EditEntryProps) {
  const [text, setText] = useState(entry.description);
  const [at, setAt] = useState(entry.occurredAt);
  const comment = entry.type === 'comment';
  const patch: EntryPatch = {
    ...(text !== entry.description && { description: text }),
    ...(Date.parse(at) !== Date.parse(entry.occurredAt) && { occurredAt: at }),
  };
  const ready = (!comment || text.trim() !== '') && at !== '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (Object.keys(patch).length === 0) {
      onCancel();
    } else {
      onSave(patch);
    }
  };
  return (
    <form onSubmit={submit}>
      <Stack direction="column" gap={1}>
        {comment && (
          <TextArea
            autoFocus
            rows={4}
            aria-label={t('timeline.comment', 'Comment')}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        )}
        <MomentInput exact label={t('timeline.when', 'When it happened')} value={at} onChange={setAt} />
        <Stack gap={1}>
          <Button type="submit" size="sm" disabled={!ready}>
            {t('timeline.save', 'Save')}
          </Button>
          <Button size="sm" variant="secondary" onClick={onCancel}>
            {t('timeline.cancel', 'Cancel')}
          </Button>
        </Stack>
      </Stack>
    </form>
  );
}
