/** The whole page in a sentence, in the colour of the worst. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Icon, Stack, Text, useStyles2, useTheme2 } from '@grafana/ui';
import { type StatusPageShape } from '../../api/types.gen';
import { Moment } from '../../components/Moment';
import { headline, LOOK, stateColor } from './states';

export function StatusHead({ page }: { page: StatusPageShape }) {
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  const color = stateColor(page.state, theme);
  return (
    <Stack direction="column" gap={1}>
      <Text element="h2">{page.title}</Text>
      {page.introduction && <p className={styles.words}>{page.introduction}</p>}
      <div className={styles.head} style={{ borderLeftColor: color }} role="status">
        <span style={{ color }}>
          <Icon name={LOOK[page.state].icon} size="xl" />
        </span>
        <Text variant="h4">{headline(page.state)}</Text>
        <span className={styles.at}>
          {t('status-page.as-of', 'As of')} <Moment at={page.at} />
        </span>
      </div>
      {page.audience === 'public' && (
        <Text color="secondary" variant="bodySmall">
          {t(
            'status-page.public-hint',
            'Only incidents with a public comment are known outside; mark a comment as public in an incident’s timeline.'
          )}
        </Text>
      )}
    </Stack>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  words: css({ margin: 0, whiteSpace: 'pre-line', overflowWrap: 'anywhere' }),
  head: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1.5),
    padding: theme.spacing(2),
    background: theme.colors.background.secondary,
    borderLeft: '6px solid',
    borderRadius: theme.shape.radius.default,
  }),
  at: css({ marginLeft: 'auto', color: theme.colors.text.secondary }),
});
