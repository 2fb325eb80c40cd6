/** Texts that the alert carries, in which names in braces stand for values. */
import { t } from '@grafana/i18n';
import { Field, Input, Stack, Text, TextArea } from '@grafana/ui';
import { problemAt } from '../../../components/FieldErrors';
import { RowList } from '../../../components/RowList';
import { type AlertFieldsProps } from './AlertFields';

/** What a text can say; a template is no text to translate. */
const LIKE = '{{ service }}: {{ condition }}, {{ remaining }} left ({{ labels.team }})';

export function AlertTexts({ alerts: { texts }, change, error }: AlertFieldsProps) {
  return (
    <Stack direction="column" gap={1}>
      <Text>{t('slo-alert.texts', 'Texts of the alert')}</Text>
      <RowList
        rows={texts}
        onChange={(rows) => change({ texts: rows })}
        fresh={{ name: texts.length === 0 ? 'summary' : '', text: '' }}
        addLabel={t('slo-alert.add-text', 'Add a text')}
        removeLabel={({ name }) => t('slo-alert.remove-text', 'Remove text {{- name}}', { name })}
        alignItems="flex-start"
      >
        {({ name, text }, put, at) => (
          <>
            <Field
              noMargin
              label={t('slo-alert.text-name', 'Annotation')}
              {...problemAt(error, `alerts.annotations.${name.trim()}`)}
            >
              <Input
                id={`slo-text-name-${at}`}
                width={20}
                value={name}
                onChange={(event) => put({ name: event.currentTarget.value })}
              />
            </Field>
            <Field noMargin label={t('slo-alert.text', 'Text')}>
              <TextArea
                id={`slo-text-${at}`}
                rows={2}
                cols={40}
                placeholder={LIKE}
                value={text}
                onChange={(event) => put({ text: event.currentTarget.value })}
              />
            </Field>
          </>
        )}
      </RowList>
    </Stack>
  );
}
