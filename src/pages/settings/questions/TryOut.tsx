/** Ask a question now, for labels as an alert might have them. */
import { t } from '@grafana/i18n';
import { Button, Divider, Field, Stack, TextArea } from '@grafana/ui';
import { useState } from 'react';
import { useTryEnrichment } from '../../../api/enrichments';
import { type EnrichmentInput } from '../../../api/types.gen';
import { Reading } from '../../../components/Reading';
import { FailedState } from '../../../components/StateView';
import { labelsOf } from '../../incidents/tabs/pairs';

interface TryOutProps {
  rule: EnrichmentInput;
  /** The rule has what is needed. */
  ready: boolean;
}

export function TryOut({ rule, ready }: TryOutProps) {
  const attempt = useTryEnrichment();
  const [text, setText] = useState('');
  const { value: labels, wrong } = labelsOf(text);
  return (
    <Stack direction="column" gap={1}>
      <Divider />
      <Field
        label={t('try.labels', 'Try it on these labels')}
        description={t('try.labels-hint', 'One a line: namespace=shop')}
        invalid={wrong !== undefined}
        error={wrong !== undefined ? t('try.wrong', 'Not a label: {{- wrong}}', { wrong }) : undefined}
      >
        <TextArea rows={3} spellCheck={false} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      </Field>
      <div>
        <Button
          type="button"
          variant="secondary"
          icon={attempt.isPending ? 'spinner' : 'play'}
          disabled={!ready || !labels || attempt.isPending}
          onClick={() => labels && attempt.mutate({ rule, labels })}
        >
          {t('try.ask', 'Ask now')}
        </Button>
      </div>
      {attempt.error && <FailedState error={attempt.error} />}
      {attempt.data && <Reading reading={attempt.data} />}
    </Stack>
  );
}
