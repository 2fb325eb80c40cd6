/** Texts that the alert carries, in which names in braces stand for values. */
import { t } from '@grafana/i18n';
import { Button, Field, Input, Stack, Text, TextArea } from '@grafana/ui';
import { problemAt } from '../../../components/FieldErrors';
import { type AlertFieldsProps } from './AlertFields';

/** What a text can say; a template is no text to translate. */
const LIKE = '{{ service }}: {{ condition }}, {{ remaining }} left ({{ labels.team }})';

export function AlertTexts({ alerts: { texts }, change, error }: AlertFieldsProps) {
  const put = (at: number, part: Partial<{ name: string; text: string }>) =>
    change({ texts: texts.map((each, i) => (i === at ? { ...each, ...part } : each)) });
  return (
    <Stack direction="column" gap={1}>
      <Text>{t('slo-alert.texts', 'Texts of the alert')}</Text>
      {texts.map(({ name, text }, at) => (
        <Stack key={at} gap={1} alignItems="flex-start">
          <Field
            noMargin
            label={t('slo-alert.text-name', 'Annotation')}
            {...problemAt(error, `alerts.annotations.${name.trim()}`)}
          >
            <Input
              id={`slo-text-name-${at}`}
              width={20}
              value={name}
              onChange={(event) => put(at, { name: event.currentTarget.value })}
            />
          </Field>
          <Field noMargin label={t('slo-alert.text', 'Text')}>
            <TextArea
              id={`slo-text-${at}`}
              rows={2}
              cols={40}
              placeholder={LIKE}
              value={text}
              onChange={(event) => put(at, { text: event.currentTarget.value })}
            />
          </Field>
          <Button
            type="button"
            variant="secondary"
            fill="text"
            icon="trash-alt"
            aria-label={t('slo-alert.remove-text', 'Remove text {{- name}}', { name })}
            onClick={() => change({ texts: texts.filter((_, i) => i !== at) })}
          />
        </Stack>
      ))}
      <div>
        <Button
          type="button"
          variant="secondary"
          icon="plus"
          onClick={() => change({ texts: [...texts, { name: texts.length === 0 ? 'summary' : '', text: '' }] })}
        >
          {t('slo-alert.add-text', 'Add a text')}
        </Button>
      </div>
    </Stack>
  );
}
