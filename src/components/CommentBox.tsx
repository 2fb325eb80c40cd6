/** A comment in Markdown, with a look at how it will read. */
import { t } from '@grafana/i18n';
import { Alert, Button, Checkbox, RadioButtonGroup, Stack, TextArea } from '@grafana/ui';
import { useState } from 'react';
import { Markdown } from './Markdown';

interface CommentBoxProps {
  busy: boolean;
  error: Error | null;
  /** Resolves when the comment is stored; the text is kept until then. */
  onSend: (text: string, isPublic: boolean) => Promise<unknown>;
}

export function CommentBox({ busy, error, onSend }: CommentBoxProps) {
  const [text, setText] = useState('');
  const [isPublic, setPublic] = useState(false);
  const [view, setView] = useState<'write' | 'preview'>('write');
  const empty = text.trim() === '';
  const send = async () => {
    if (empty || busy) {
      return;
    }
    const sent = await onSend(text, isPublic).then(
      () => true,
      () => false
    );
    if (sent) {
      setText('');
      setPublic(false);
      setView('write');
    }
  };
  return (
    <Stack direction="column" gap={1}>
      {error && (
        <Alert severity="error" title={t('comment.failed', 'The comment was not stored')}>
          {error.message}
        </Alert>
      )}
      {view === 'write' ? (
        <TextArea
          rows={3}
          aria-label={t('comment.label', 'Comment')}
          placeholder={t('comment.placeholder', 'What did you see, try, decide? Markdown works; Ctrl+Enter sends.')}
          value={text}
          maxLength={50_000}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Enter' && (event.ctrlKey || event.metaKey) && void send()}
        />
      ) : (
        <div style={{ minHeight: 74 }}>
          <Markdown text={text} />
        </div>
      )}
      <Stack gap={1} justifyContent="space-between">
        <RadioButtonGroup
          size="sm"
          aria-label={t('comment.view', 'Write or preview')}
          options={[
            { value: 'write', label: t('comment.write', 'Write') },
            { value: 'preview', label: t('comment.preview', 'Preview') },
          ]}
          value={view}
          onChange={setView}
        />
        <Stack gap={2} alignItems="center">
          <Checkbox
            label={t('comment.public', 'Public')}
            title={t('comment.public-why', 'It is part of the export for people outside')}
            value={isPublic}
            onChange={(event) => setPublic(event.currentTarget.checked)}
          />
          <Button size="sm" disabled={empty || busy} onClick={() => void send()}>
            {t('comment.send', 'Comment')}
          </Button>
        </Stack>
      </Stack>
    </Stack>
  );
}
