/** What the alert of each objective would have done on history, and what to know before trusting that. */
import { t } from '@grafana/i18n';
import { Alert, Stack, Text } from '@grafana/ui';
import { type SloEpisodeShape, type SloPreviewShape, type SloRehearsalShape } from '../../api/types.gen';
import { momentText } from '../../components/Moment';
import { PlainTable } from '../../components/PlainTable';
import { formatSeconds, secondsBetween } from '../../lib/duration';
import { promiseText } from './objective';

/** The newest ones are enough to see whether they were worth waking somebody. */
const MOST = 5;

export function Rehearsal({ found: { alerts, warnings, status } }: { found: SloPreviewShape }) {
  const title = t('rehearsal.title', 'The alert would have fired');
  return (
    <Stack direction="column" gap={1}>
      {warnings.map((each) => (
        <Alert key={each.doubt + each.text} severity="warning" title={each.text} />
      ))}
      <Text element="h4" variant="h6">
        {title}
      </Text>
      {status.measuredSince === null ? (
        <Text color="secondary">{t('rehearsal.unknown', 'Nothing was measured, so nobody can tell.')}</Text>
      ) : alerts.length === 0 ? (
        <Text color="secondary">{t('rehearsal.nobody', 'Never: none of the objectives alerts.')}</Text>
      ) : (
        alerts.map((each) => (
          <Fired key={promiseText(each)} alerts={each} title={title} isOneOfMany={alerts.length > 1} />
        ))
      )}
    </Stack>
  );
}

interface FiredProps {
  alerts: SloRehearsalShape;
  title: string;
  isOneOfMany: boolean;
}

function Fired({ alerts, title, isOneOfMany }: FiredProps) {
  return (
    <>
      {isOneOfMany && <Text weight="medium">{promiseText(alerts)}</Text>}
      <Text>
        {t('rehearsal.times', '{{- fired}} times since {{- start}}, {{- pages}} of them pages; {{- length}} in all', {
          fired: alerts.fired,
          pages: alerts.pages,
          start: momentText(alerts.start),
          length: formatSeconds(alerts.firingSeconds),
          count: alerts.fired,
          defaultValue_one: '{{- fired}} time since {{- start}}, {{- pages}} of them pages; {{- length}} in all',
        })}
      </Text>
      {alerts.episodes.length > 0 && (
        <PlainTable
          label={isOneOfMany ? `${title}: ${promiseText(alerts)}` : title}
          head={[
            t('rehearsal.began', 'Began'),
            t('rehearsal.length', 'Lasted'),
            t('rehearsal.condition', 'Condition'),
            t('rehearsal.severity', 'Severity'),
          ]}
          rows={alerts.episodes
            .slice(-MOST)
            .reverse()
            .map((each) => ({
              key: each.start,
              cells: [momentText(each.start), lengthOf(each), each.condition, each.severity],
            }))}
        />
      )}
      <Text color="secondary" variant="bodySmall">
        {t('rehearsal.step', 'Judged every {{- step}} of history.', { step: formatSeconds(alerts.stepSeconds) })}
      </Text>
    </>
  );
}

function lengthOf({ start, end }: SloEpisodeShape): string {
  return end ? formatSeconds(secondsBetween(start, end)) : t('rehearsal.still', 'still fires');
}
