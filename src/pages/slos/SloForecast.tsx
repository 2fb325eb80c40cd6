/** How the budget goes on if things stay as they were lately; old errors leave a rolling window again. */
import { t } from '@grafana/i18n';
import { Stack, Text } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { sloForecastQuery } from '../../api/slos';
import { type SloForecastShape, type SloOutlookShape, type SloShape } from '../../api/types.gen';
import { momentText } from '../../components/Moment';
import { PlainTable } from '../../components/PlainTable';
import { LoadingState, StateView } from '../../components/StateView';
import { formatSeconds } from '../../lib/duration';
import { budgetText } from '../../lib/numbers';
import { badText } from './counting';
import { promiseText, useObjective } from './objective';

export function SloForecast({ slo }: { slo: SloShape }) {
  const { chosen } = useObjective(slo);
  const title = t('forecast.title', 'How it goes on');
  const forecast = useQuery({ ...sloForecastQuery(slo.id, chosen.number), enabled: slo.status.window !== null });
  return (
    <section aria-label={title}>
      <Stack direction="column" gap={1}>
        <Text element="h3" variant="h5">
          {title}
        </Text>
        {chosen.number > 0 && (
          <Text color="secondary">
            {t('forecast.held', 'Held against {{- objective}}.', { objective: promiseText(chosen) })}
          </Text>
        )}
        {slo.status.window === null ? (
          <Text color="secondary">{t('forecast.unmeasured', 'Nothing was measured that could go on.')}</Text>
        ) : (
          <StateView query={forecast} loading={<LoadingState lines={3} />}>
            {(data) => <Outlooks forecast={data} title={title} slo={slo} />}
          </StateView>
        )}
      </Stack>
    </section>
  );
}

function Outlooks({ forecast, title, slo }: { forecast: SloForecastShape; title: string; slo: SloShape }) {
  const { outlooks, fullPeriod } = forecast;
  return (
    <>
      <PlainTable
        label={title}
        head={[
          t('forecast.as', 'If it goes on as in'),
          t('forecast.seen', 'Seen then'),
          t('forecast.fate', 'The budget'),
        ]}
        rows={outlooks.map((each) => ({
          key: String(each.lookbackSeconds),
          cells: [
            t('forecast.last', 'the last {{- span}}', { span: formatSeconds(each.lookbackSeconds) }),
            badText(slo, each.bad, each.total),
            fateText(each),
          ],
        }))}
      />
      {fullPeriod && (
        <Text color="secondary">
          {t(
            'forecast.period',
            'With the traffic expected until {{- end}}, {{- left}} of the period’s budget would be left.',
            {
              end: momentText(fullPeriod.end),
              left: budgetText(fullPeriod.remaining),
            }
          )}
        </Text>
      )}
    </>
  );
}

function fateText({ fate, at }: SloOutlookShape): string {
  const texts: Record<SloOutlookShape['fate'], string> = {
    lasts: t('forecast.lasts', 'lasts'),
    runs_out: t('forecast.runs-out', 'is spent at {{- at}}', { at: momentText(at) }),
    spent: at
      ? t('forecast.back', 'is spent, and comes back at {{- at}}', { at: momentText(at) })
      : t('forecast.spent', 'is spent, and does not come back'),
    unknown: t('forecast.unknown', 'cannot be told: too little was measured'),
  };
  return texts[fate];
}
