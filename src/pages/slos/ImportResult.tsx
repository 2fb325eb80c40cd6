/** What an import did with each SLO of the text, or would do. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Alert, Badge, type BadgeColor, Stack, Text, TextLink, useStyles2 } from '@grafana/ui';
import { type SloImportItemShape, type SloImportRemarkShape, type SloImportShape } from '../../api/types.gen';
import { pageUrl, ROUTES } from '../../constants';

type Action = SloImportItemShape['action'];

const COLORS: Record<Action, BadgeColor> = {
  created: 'green',
  updated: 'blue',
  unchanged: 'darkgrey',
  held_back: 'orange',
  refused: 'red',
};

function actionText(action: Action, dryRun: boolean): string {
  const texts: Record<Action, string> = {
    created: dryRun ? t('slo-import.would-create', 'would be created') : t('slo-import.created', 'created'),
    updated: dryRun ? t('slo-import.would-update', 'would be updated') : t('slo-import.updated', 'updated'),
    unchanged: t('slo-import.unchanged', 'unchanged'),
    held_back: t('slo-import.held-back', 'held back'),
    refused: t('slo-import.refused', 'refused'),
  };
  return texts[action];
}

export function ImportResult({ result: { items, dryRun } }: { result: SloImportShape }) {
  const styles = useStyles2(getStyles);
  if (items.length === 0) {
    return <Alert severity="warning" title={t('slo-import.nothing', 'The text holds no SLO')} />;
  }
  return (
    <table className={styles.table} aria-label={t('slo-import.result', 'Result of the import')}>
      <thead>
        <tr>
          <th>{t('slo-import.slo', 'SLO')}</th>
          <th>{t('slo-import.outcome', 'Outcome')}</th>
          <th>{t('slo-import.remarks', 'Remarks')}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((item, index) => (
          <tr key={`${index}-${item.name}`}>
            <td>
              {!dryRun && item.id ? (
                <TextLink href={pageUrl(ROUTES.slos, item.id)}>{item.name}</TextLink>
              ) : (
                item.name || t('slo-import.nameless', '(no name)')
              )}
              <br />
              <Text color="secondary" variant="bodySmall">
                {item.service}
              </Text>
            </td>
            <td>
              <Badge color={COLORS[item.action]} text={actionText(item.action, dryRun)} />
            </td>
            <td>
              <Stack direction="column" gap={0.5}>
                <Remarks of={item.problems} color="error" />
                <Remarks of={item.warnings} color="warning" />
              </Stack>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Remarks({ of, color }: { of: SloImportRemarkShape[]; color: 'error' | 'warning' }) {
  return of.map((each) => (
    <Text key={each.path + each.problem} color={color} variant="bodySmall">
      {each.path ? `${each.path}: ${each.problem}` : each.problem}
    </Text>
  ));
}

const getStyles = (theme: GrafanaTheme2) => ({
  table: css({
    width: '100%',
    'th, td': { padding: theme.spacing(0.75, 1), textAlign: 'left', verticalAlign: 'top' },
    th: { color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize },
    tr: { borderBottom: `1px solid ${theme.colors.border.weak}` },
  }),
});
