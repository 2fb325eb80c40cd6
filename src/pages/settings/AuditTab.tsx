/** The audit log: who did what to what, newest first, with before and after. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Button, type Column, InteractiveTable, LinkButton, Stack, Text, useStyles2 } from '@grafana/ui';
import { useMemo } from 'react';
import { auditExportUrl, useAudit } from '../../api/audit';
import { type DeedShape } from '../../api/types.gen';
import { Moment } from '../../components/Moment';
import { NothingState, StateView } from '../../components/StateView';

interface CellOf {
  row: { original: DeedShape };
}

const columns = (): Array<Column<DeedShape>> => [
  { id: 'at', header: t('audit.at', 'When'), cell: ({ row }: CellOf) => <Moment at={row.original.at} /> },
  { id: 'actor', header: t('audit.actor', 'Who') },
  { id: 'reportedAddress', header: t('audit.address', 'Reported address') },
  { id: 'action', header: t('audit.action', 'Did') },
  { id: 'subject', header: t('audit.subject', 'To') },
];

export function AuditTab() {
  const audit = useAudit();
  const made = useMemo(() => columns(), []);
  return (
    <StateView
      query={audit}
      isEmpty={(data) => data.pages.every((page) => page.items.length === 0)}
      empty={<NothingState message={t('audit.none', 'Nobody has changed anything yet')} />}
    >
      {(data) => (
        <Stack direction="column" gap={2}>
          <Stack justifyContent="space-between" alignItems="center" wrap="wrap">
            <Text color="secondary">
              {t(
                'audit.address-hint',
                'Addresses are as proxies reported them, the last one as Grafana saw it. Nothing is decided by them.'
              )}
            </Text>
            <LinkButton
              href={auditExportUrl()}
              download
              target="_blank"
              variant="secondary"
              icon="download-alt"
              size="sm"
            >
              {t('audit.export', 'Newest 10,000 as CSV')}
            </LinkButton>
          </Stack>
          <InteractiveTable
            columns={made}
            data={data.pages.flatMap((page) => page.items)}
            getRowId={(deed) => String(deed.id)}
            renderExpandedRow={(deed) => <Change deed={deed} />}
          />
          {audit.hasNextPage && (
            <Button
              variant="secondary"
              disabled={audit.isFetchingNextPage}
              onClick={() => void audit.fetchNextPage()}
              icon={audit.isFetchingNextPage ? 'spinner' : undefined}
            >
              {t('audit.older', 'Older')}
            </Button>
          )}
        </Stack>
      )}
    </StateView>
  );
}

function Change({ deed }: { deed: DeedShape }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.change}>
      <Side title={t('audit.before', 'Before')} value={deed.before} />
      <Side title={t('audit.after', 'After')} value={deed.after} />
    </div>
  );
}

function Side({ title, value }: { title: string; value: unknown }) {
  return (
    <section aria-label={title}>
      <strong>{title}</strong>
      <pre>{shown(value)}</pre>
    </section>
  );
}

function shown(value: unknown): string {
  return value === null || value === undefined ? '–' : JSON.stringify(value, null, 2);
}

const getStyles = (theme: GrafanaTheme2) => ({
  change: css({
    display: 'grid',
    gridTemplateColumns: '1fr 1fr',
    gap: theme.spacing(2),
    padding: theme.spacing(1),
    '& pre': { maxHeight: 320, overflow: 'auto' },
  }),
});
