/** How often each check of investigations was right, as far as people have graded them: which ones to trust, or to tune. */
import { t } from '@grafana/i18n';
import { Stack, Text } from '@grafana/ui';
import { useChecks } from '../../api/checks';
import { type CheckShape } from '../../api/types.gen';
import { PlainTable } from '../../components/PlainTable';
import { precisionText } from '../../components/precision';
import { LoadingState, StateView } from '../../components/StateView';

export function CheckPrecision() {
  const title = t('insights.precision', 'How often checks were right');
  const checks = useChecks();
  return (
    <section aria-label={title}>
      <Stack direction="column" gap={1}>
        <Text element="h3" variant="h5">
          {title}
        </Text>
        <StateView
          query={{ ...checks, data: checks.data && graded(checks.data) }}
          loading={<LoadingState lines={2} />}
          isEmpty={(items) => items.length === 0}
          empty={
            <Text color="secondary">
              {t(
                'insights.precision-none',
                'No cause was graded yet. Say whether it was right when you close an incident.'
              )}
            </Text>
          }
        >
          {(items) => (
            <PlainTable
              label={title}
              head={[t('insights.check', 'Check'), t('insights.check-right', 'Was right, of all graded incidents')]}
              rows={items.map(({ id, title: name, precision }) => ({
                key: id,
                cells: [name, precisionText(precision)],
              }))}
            />
          )}
        </StateView>
      </Stack>
    </section>
  );
}

/** Those with grades, the least reliable first: that is where there is something to do. */
function graded(checks: readonly CheckShape[]): CheckShape[] {
  return checks
    .filter(({ precision }) => (precision?.total ?? 0) > 0)
    .sort((a, b) => (a.precision?.share ?? 0) - (b.precision?.share ?? 0) || a.title.localeCompare(b.title));
}
