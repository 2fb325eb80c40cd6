/** The post-incident report: made from facts until somebody writes it; to read, to print, to take along. */
import { css, injectGlobal } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Alert, Button, Dropdown, Menu, Stack, Text, TextArea, useStyles2 } from '@grafana/ui';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Audience, exportIncident, type ExportForm, reportQuery, useWriteReport } from '../../../api/reports';
import { type ReportShape } from '../../../api/types.gen';
import { ConflictDialog } from '../../../components/ConflictDialog';
import { Markdown } from '../../../components/Markdown';
import { Moment } from '../../../components/Moment';
import { StateView } from '../../../components/StateView';
import { download } from '../../../lib/download';
import { type TabProps } from './tabs';

const TYPES: Record<ExportForm, string> = { md: 'text/markdown', json: 'application/json', csv: 'text/csv' };

/** On paper there is the report and nothing of Grafana around it. */
const PRINTED = 'reliability-studio-report';
injectGlobal({
  '@media print': {
    [`body:has(.${PRINTED}) *`]: { visibility: 'hidden' },
    // As strong as the rule before it, which hides all the rest.
    [`html .${PRINTED}, html .${PRINTED} *`]: { visibility: 'visible', color: 'black', background: 'none' },
    // What scrolls on the screen would cut the paper off after its first page.
    [`html :has(.${PRINTED})`]: { position: 'static', overflow: 'visible', height: 'auto' },
    [`html .${PRINTED}`]: { position: 'absolute', top: 0, left: 0, right: 0, padding: '1cm' },
  },
});

export function PostIncident({ incident, readOnly }: TabProps) {
  const styles = useStyles2(getStyles);
  const { number } = incident;
  const report = useQuery(reportQuery(number));
  const [draft, setDraft] = useState<{ text: string; seen: ReportShape } | null>(null);
  const take = useMutation({
    mutationFn: async ({ form, audience = 'internal' }: { form: ExportForm; audience?: Audience }) =>
      download(await exportIncident(number, form, audience), `${number}.${form}`, TYPES[form]),
  });
  return (
    <StateView query={report}>
      {(found) =>
        draft ? (
          <Write number={number} draft={draft} latest={found} onChange={setDraft} onDone={() => setDraft(null)} />
        ) : (
          <Stack direction="column" gap={2}>
            <Stack gap={1} alignItems="center" justifyContent="space-between" wrap="wrap">
              <Text color="secondary">
                {found.written ? (
                  <>
                    {t('report.written', 'Written by {{- who}}', { who: found.updatedBy })}{' '}
                    <Moment at={found.updatedAt} as="relative" />
                  </>
                ) : (
                  t('report.generated', 'Made from facts; it follows the incident until somebody writes it.')
                )}
              </Text>
              <Stack gap={1}>
                {!readOnly && (
                  <Button
                    size="sm"
                    variant="secondary"
                    icon="pen"
                    onClick={() => setDraft({ text: found.text, seen: found })}
                  >
                    {t('report.edit', 'Write')}
                  </Button>
                )}
                <Button size="sm" variant="secondary" icon="file-alt" onClick={() => window.print()}>
                  {t('report.print', 'Print')}
                </Button>
                <Dropdown
                  placement="bottom-end"
                  overlay={() => (
                    <Menu>
                      <Menu.Item
                        label={t('report.md', 'Report as Markdown')}
                        onClick={() => take.mutate({ form: 'md' })}
                      />
                      <Menu.Item
                        label={t('report.json', 'Incident as JSON')}
                        onClick={() => take.mutate({ form: 'json' })}
                      />
                      <Menu.Item
                        label={t('report.csv', 'Timeline as CSV')}
                        onClick={() => take.mutate({ form: 'csv' })}
                      />
                      <Menu.Divider />
                      <Menu.Item
                        label={t('report.public', 'For people outside: status and public comments')}
                        onClick={() => take.mutate({ form: 'md', audience: 'public' })}
                      />
                    </Menu>
                  )}
                >
                  <Button size="sm" variant="secondary" icon="download-alt" disabled={take.isPending}>
                    {t('report.export', 'Export')}
                  </Button>
                </Dropdown>
              </Stack>
            </Stack>
            <article className={`${styles.paper} ${PRINTED}`} aria-label={t('report.label', 'Post-incident report')}>
              <Markdown text={found.text} />
            </article>
          </Stack>
        )
      }
    </StateView>
  );
}

interface WriteProps {
  number: string;
  draft: { text: string; seen: ReportShape };
  /** The report as it is now; it may have moved on since the writing began. */
  latest: ReportShape;
  onChange: (draft: { text: string; seen: ReportShape }) => void;
  onDone: () => void;
}

function Write({ number, draft, latest, onChange, onDone }: WriteProps) {
  const styles = useStyles2(getStyles);
  const write = useWriteReport(number);
  const report = useQuery(reportQuery(number));
  const save = (version: number) => write.mutate({ text: draft.text, version }, { onSuccess: onDone });
  const stale = write.error?.code === 'stale_write';
  return (
    <Stack direction="column" gap={1}>
      {write.error && !stale && (
        <Alert severity="error" title={t('report.refused', 'The report was not stored')}>
          {write.error.message}
        </Alert>
      )}
      <div className={styles.columns}>
        <TextArea
          rows={30}
          aria-label={t('report.text', 'Report in Markdown')}
          value={draft.text}
          onChange={(event) => onChange({ ...draft, text: event.currentTarget.value })}
        />
        <div className={styles.paper} aria-label={t('report.preview', 'Preview')}>
          <Markdown text={draft.text} />
        </div>
      </div>
      <Stack gap={1}>
        <Button disabled={write.isPending || draft.text.trim() === ''} onClick={() => save(draft.seen.version)}>
          {t('report.save', 'Save')}
        </Button>
        <Button variant="secondary" onClick={onDone}>
          {t('report.cancel', 'Cancel')}
        </Button>
      </Stack>
      {stale && (
        <ConflictDialog
          by={latest.updatedBy}
          fields={[{ field: t('report.field', 'Report'), theirs: latest.text, yours: draft.text }]}
          onTheirs={onDone}
          onYours={() => void report.refetch().then(({ data }) => data && save(data.version))}
        />
      )}
    </Stack>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  paper: css({
    maxWidth: 860,
    padding: theme.spacing(3),
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.primary,
  }),
  columns: css({
    display: 'grid',
    gridTemplateColumns: 'repeat(2, minmax(0, 1fr))',
    gap: theme.spacing(2),
    [theme.breakpoints.down('lg')]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  }),
});
