/** A text that becomes a field when it is clicked; Enter keeps it, Escape does not. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Button, FieldValidationMessage, IconButton, Input, Stack, TextArea, useStyles2 } from '@grafana/ui';
import { type KeyboardEvent, type ReactNode, useState } from 'react';

interface EditableTextProps {
  value: string;
  /** What the text is, for screen readers. */
  label: string;
  /** How it is shown while nobody edits it. */
  children: ReactNode;
  readOnly: boolean;
  multiline?: boolean;
  required?: boolean;
  /** What is wrong with what is typed, if something is; it cannot be saved as long as it is. */
  check?: (value: string) => string | undefined;
  /** The edit begins: remember what is seen. */
  onBegin?: () => void;
  onSave: (value: string) => void;
}

export function EditableText(props: EditableTextProps) {
  const { value, label, children, readOnly, multiline = false, required = false, check, onBegin, onSave } = props;
  const styles = useStyles2(getStyles);
  const [draft, setDraft] = useState<string | null>(null);
  if (draft === null) {
    return (
      <div className={styles.line}>
        <div className={styles.text}>{children}</div>
        {!readOnly && (
          <IconButton
            name="pen"
            size="sm"
            tooltip={t('editable.edit', 'Edit {{- what}}', { what: label.toLowerCase() })}
            onClick={() => {
              onBegin?.();
              setDraft(value);
            }}
          />
        )}
      </div>
    );
  }
  const wrong = check?.(draft);
  const valid = !wrong && (!required || draft.trim() !== '');
  const save = () => {
    if (valid) {
      setDraft(null);
      if (draft.trim() !== value) {
        onSave(draft.trim());
      }
    }
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      setDraft(null);
    } else if (event.key === 'Enter' && (!multiline || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      save();
    }
  };
  return (
    <Stack gap={1} direction={multiline ? 'column' : 'row'} flex={1}>
      {multiline ? (
        <TextArea
          autoFocus
          rows={5}
          aria-label={label}
          value={draft}
          invalid={!valid}
          onChange={(event) => setDraft(event.currentTarget.value)}
          onKeyDown={keys}
        />
      ) : (
        <Input
          autoFocus
          aria-label={label}
          value={draft}
          maxLength={500}
          invalid={!valid}
          onChange={(event) => setDraft(event.currentTarget.value)}
          onKeyDown={keys}
        />
      )}
      {wrong && <FieldValidationMessage>{wrong}</FieldValidationMessage>}
      <Stack gap={1}>
        <Button size="sm" onClick={save} disabled={!valid}>
          {t('editable.save', 'Save')}
        </Button>
        <Button size="sm" variant="secondary" onClick={() => setDraft(null)}>
          {t('editable.cancel', 'Cancel')}
        </Button>
      </Stack>
    </Stack>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  line: css({ display: 'flex', alignItems: 'baseline', gap: theme.spacing(1), minWidth: 0 }),
  text: css({ minWidth: 0, overflowWrap: 'anywhere' }),
});
