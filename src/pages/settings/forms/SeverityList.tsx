/** The severity ladder of the organisation, most urgent first. */
import { t } from '@grafana/i18n';
import { Badge, Button, Stack, Text } from '@grafana/ui';
import { useState } from 'react';
import { useSeverities } from '../../../api/severities';
import { type SeveritiesShape } from '../../../api/types.gen';
import { PlainTable } from '../../../components/PlainTable';
import { severityText } from '../../../components/SeverityBadge';
import { StateView } from '../../../components/StateView';
import { signedIn } from '../../../lib/role';
import { SeverityDrawer } from './SeverityDrawer';

export function SeverityList() {
  const severities = useSeverities();
  const { isAdmin } = signedIn();
  const [edits, setEdits] = useState(false);
  return (
    <section aria-labelledby="severities">
      <Stack direction="column" gap={1}>
        <Text element="h3" variant="h4" id="severities">
          {t('severities.title', 'Severities')}
        </Text>
        <Stack justifyContent="space-between" alignItems="center" gap={2} wrap="wrap">
          <Text color="secondary">
            {t(
              'severities.hint',
              'What an incident can be, most urgent first. Who is told, and the health of services, go by what a level counts as. Administrators change them.'
            )}
          </Text>
          {isAdmin && severities.data && (
            <Button icon="pen" variant="secondary" onClick={() => setEdits(true)}>
              {t('severities.change', 'Change severities')}
            </Button>
          )}
        </Stack>
        <StateView query={severities}>{(ladder) => <LevelTable ladder={ladder} />}</StateView>
        {edits && severities.data && <SeverityDrawer ladder={severities.data} onClose={() => setEdits(false)} />}
      </Stack>
    </section>
  );
}

function LevelTable({ ladder }: { ladder: SeveritiesShape }) {
  return (
    <PlainTable
      label={t('severities.title', 'Severities')}
      head={[
        t('severities.level', 'Level'),
        t('severities.counts-as', 'Counts as'),
        t('severities.words', 'Words of alerts'),
        t('severities.when', 'When to choose it'),
        t('severities.incidents', 'Incidents'),
      ]}
      rows={ladder.levels.map((level) => ({
        key: level.id,
        cells: [
          <Badge key="level" color={level.colour} text={ladder.own ? level.title : severityText(level.severity)} />,
          severityText(level.severity),
          [level.id, ...level.words].join(', '),
          level.description || '–',
          level.incidents,
        ],
      }))}
    />
  );
}
