/** The template of post-incident reports: the built-in one, or one of the organisation's own, tried on an incident. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Button, Field, Input, Stack, Text, TextArea, useStyles2 } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { reportTemplateQuery, useSaveReportTemplate, useTryReportTemplate } from '../../../api/reportTemplate';
import { type ReportTemplateShape } from '../../../api/types.gen';
import { Disclosure } from '../../../components/Disclosure';
import { problemAt } from '../../../components/FieldErrors';
import { Markdown } from '../../../components/Markdown';
import { StateView } from '../../../components/StateView';
import { signedIn } from '../../../lib/role';
import { ListHead } from '../ListHead';

export function ReportTemplate() {
  const template = useQuery(reportTemplateQuery());
  return (
    <section aria-labelledby="report-template">
      <Stack direction="column" gap={1}>
        <Text element="h3" variant="h4" id="report-template">
          {t('report-template.title', 'Post-incident report')}
        </Text>
        <ListHead>
          {t(
            'report-template.hint',
            'Reports are made from facts by this template until somebody writes them. What people wrote stays as it is.'
          )}
        </ListHead>
        <StateView query={template}>
          {(found) =>
            signedIn().isAdmin ? <TemplateForm key={found.version} template={found} /> : <Shown {...found} />
          }
        </StateView>
      </Stack>
    </section>
  );
}

function Shown({ text, builtIn }: ReportTemplateShape) {
  const styles = useStyles2(getStyles);
  const label = text ? t('report-template.own', 'Own template') : t('report-template.built-in', 'Built-in template');
  return (
    <Disclosure label={label}>
      <pre className={styles.text} tabIndex={0} aria-label={label}>
        {text || builtIn}
      </pre>
    </Disclosure>
  );
}

function TemplateForm({ template }: { template: ReportTemplateShape }) {
  const styles = useStyles2(getStyles);
  const [text, setText] = useState(template.text || template.builtIn);
  const [number, setNumber] = useState('');
  const save = useSaveReportTemplate();
  const trial = useTryReportTemplate();
  // The built-in text is no own template: who saves it goes along with what later versions make of it.
  const own = text === template.builtIn ? '' : text;
  const changed = own !== template.text;
  const failed = save.error ?? trial.error;
  return (
    <Stack direction="column" gap={2}>
      <Field
        noMargin
        label={t('report-template.text', 'Template')}
        description={t('report-template.how', 'Markdown with the language of Jinja: values, if, and for')}
        {...problemAt(failed, 'text')}
      >
        <TextArea
          id="report-template-text"
          className={styles.text}
          rows={18}
          maxLength={20_000}
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </Field>
      <Disclosure label={t('report-template.known', 'What a template can tell')}>
        <ul className={styles.known}>
          {Object.entries(template.fields).map(([name, fields]) => (
            <li key={name}>
              <code>{name}</code>: {fields.join(', ')}
            </li>
          ))}
          <li>
            {t('report-template.filters', 'Filters')}: {template.filters.join(', ')}
          </li>
        </ul>
      </Disclosure>
      {failed && failed.problems.length === 0 && <Text color="error">{failed.message}</Text>}
      <Stack gap={1} wrap="wrap" alignItems="center">
        <Button
          disabled={!changed || save.isPending}
          onClick={() => save.mutate({ text: own, version: template.version })}
        >
          {t('report-template.save', 'Save template')}
        </Button>
        <Button
          variant="secondary"
          fill="outline"
          disabled={text === template.builtIn}
          onClick={() => setText(template.builtIn)}
        >
          {t('report-template.back', 'Back to the built-in one')}
        </Button>
        <form
          className={styles.trial}
          onSubmit={(event) => {
            event.preventDefault();
            trial.mutate({ text, number });
          }}
        >
          <Input
            width={14}
            aria-label={t('report-template.number', 'Incident to try it on')}
            placeholder={t('report-template.number-example', 'INC-1')}
            value={number}
            onChange={(event) => setNumber(event.currentTarget.value)}
          />
          <Button type="submit" variant="secondary" disabled={number.trim() === '' || trial.isPending}>
            {t('report-template.try', 'Try it')}
          </Button>
        </form>
      </Stack>
      {trial.data && (
        <section className={styles.made} aria-label={t('report-template.made', 'What it makes')}>
          <Markdown text={trial.data.text} />
        </section>
      )}
    </Stack>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  text: css({
    maxHeight: '50vh',
    margin: 0,
    overflow: 'auto',
    fontFamily: theme.typography.fontFamilyMonospace,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  known: css({ margin: 0, paddingLeft: theme.spacing(2), color: theme.colors.text.secondary }),
  trial: css({ display: 'flex', gap: theme.spacing(1), marginLeft: 'auto' }),
  made: css({
    maxHeight: '60vh',
    overflow: 'auto',
    padding: theme.spacing(2),
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
});
