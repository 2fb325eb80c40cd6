/** What is wrong with the settings as a whole, all of it at once. */
import { t } from '@grafana/i18n';
import { Alert } from '@grafana/ui';
import { type Health } from '../../../api/settings';
import { type Asked, FailedState } from '../../../components/StateView';

export function SettingsHealth({ health }: { health: Asked<Health> }) {
  if (health.error) {
    return <FailedState error={health.error} retry={() => void health.refetch()} />;
  }
  const { problems = [], warnings = [] } = health.data ?? {};
  if (problems.length + warnings.length === 0) {
    return null;
  }
  return (
    <Alert severity="warning" title={t('sources.problems', 'Some settings cannot be used')}>
      <ul>
        {problems.map((each) => (
          <li key={each.path}>
            <code>{each.path}</code> {each.problem}
          </li>
        ))}
        {warnings.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
    </Alert>
  );
}
