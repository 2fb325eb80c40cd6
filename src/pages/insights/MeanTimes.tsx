/** Mean times between milestones, each with the number of incidents behind it. */
import { t } from '@grafana/i18n';
import { Card, Grid, Stack, Text, Tooltip } from '@grafana/ui';
import { type MeanShape } from '../../api/types.gen';
import { formatSeconds } from '../../lib/duration';

interface MeanTime {
  key: string;
  short: string;
  name: string;
  meaning: string;
}

const meanTimes = (): MeanTime[] => [
  {
    key: 'detect',
    short: t('insights.short-mttd', 'MTTD'),
    name: t('insights.mttd', 'to detect'),
    meaning: t('insights.mttd-means', 'From the onset to the first alert or declaration'),
  },
  {
    key: 'acknowledge',
    short: t('insights.short-mtta', 'MTTA'),
    name: t('insights.mtta', 'to acknowledge'),
    meaning: t('insights.mtta-means', 'From detection until somebody took it'),
  },
  {
    key: 'mitigate',
    short: t('insights.short-mttm', 'MTTM'),
    name: t('insights.mttm', 'to mitigate'),
    meaning: t('insights.mttm-means', 'From the onset until users no longer felt it'),
  },
  {
    key: 'resolve',
    short: t('insights.short-mttr', 'MTTR'),
    name: t('insights.mttr', 'to resolve'),
    meaning: t('insights.mttr-means', 'From the onset until it was over'),
  },
];

interface MeanTimesProps {
  means: Record<string, MeanShape>;
  incidents: number;
  /** How many ended by themselves before anybody acknowledged them. */
  unattended: number;
}

export function MeanTimes({ means, incidents, unattended }: MeanTimesProps) {
  return (
    <Grid columns={{ xs: 2, lg: 5 }} gap={2}>
      <Card noMargin>
        <Card.Heading>{t('insights.incidents', 'Incidents')}</Card.Heading>
        <Card.Description>
          <Stack direction="column" gap={0}>
            <Text variant="h2">{incidents}</Text>
            {unattended > 0 && (
              <Text color="secondary" variant="bodySmall">
                {t('insights.unattended', '{{- unattended}} ended before anybody took them', { unattended })}
              </Text>
            )}
          </Stack>
        </Card.Description>
      </Card>
      {meanTimes().map(({ key, ...words }) => (
        <MeanCard key={key} mean={means[key]} {...words} />
      ))}
    </Grid>
  );
}

function MeanCard({ short, name, meaning, mean }: Omit<MeanTime, 'key'> & { mean: MeanShape | undefined }) {
  return (
    <Card noMargin>
      <Card.Heading>
        <Tooltip content={meaning}>
          <span>
            {short}
            <Text element="p" color="secondary" variant="bodySmall">
              {name}
            </Text>
          </span>
        </Tooltip>
      </Card.Heading>
      <Card.Description>
        <Stack direction="column" gap={0}>
          <Text variant="h2">{formatSeconds(mean?.seconds)}</Text>
          <Text color="secondary" variant="bodySmall">
            {mean?.count
              ? t('insights.mean-of', 'mean of {{- count}}', { count: mean.count })
              : t('insights.mean-none', 'no incident has both milestones')}
          </Text>
        </Stack>
      </Card.Description>
    </Card>
  );
}
