/** The answer first: the likely cause with its probability, or that there is none, or that nobody looked yet. */
import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Button, Icon, type IconName, Spinner, Text, useStyles2 } from '@grafana/ui';
import { type ReactNode } from 'react';
import { Confidence } from '../../../components/Confidence';
import { Moment } from '../../../components/Moment';
import { type Verdict } from './verdict';

interface VerdictBannerProps {
  verdict: Verdict;
  /** Look anew; absent where that cannot be asked for. */
  onInvestigate?: () => void;
  busy?: boolean;
  children?: ReactNode;
}

export function VerdictBanner({ verdict, onInvestigate, busy = false, children }: VerdictBannerProps) {
  const styles = useStyles2(getStyles);
  const { state, confidence, at } = verdict;
  return (
    <section
      className={cx(styles.panel, state === 'cause' && styles.found)}
      aria-label={t('verdict.label', 'Verdict')}
      aria-live="polite"
    >
      <div className={styles.line}>
        {state === 'looking' || busy ? <Spinner /> : <Icon name={ICONS[state]} size="xl" />}
        <div className={styles.text}>
          <Text variant="h5" element="h2">
            {headlineOf(verdict)}
          </Text>
          <Text color="secondary" variant="bodySmall">
            {at ? (
              <>
                {t('verdict.looked', 'Investigated')} <Moment at={at} as="relative" />
              </>
            ) : (
              hintOf(verdict)
            )}
          </Text>
        </div>
        {confidence !== null && <Confidence value={confidence} />}
        {onInvestigate && (
          <Button size="sm" variant="secondary" icon="search" disabled={busy} onClick={onInvestigate}>
            {t('verdict.again', 'Investigate now')}
          </Button>
        )}
      </div>
      {children}
    </section>
  );
}

const ICONS: Record<Verdict['state'], IconName> = {
  cause: 'bolt',
  none: 'question-circle',
  looking: 'search',
  no_service: 'info-circle',
  never: 'info-circle',
};

function headlineOf({ state, headline }: Verdict): string {
  if (headline) {
    return headline;
  }
  const texts: Record<Verdict['state'], string> = {
    cause: t('verdict.cause', 'A cause was found'),
    none: t('verdict.none', 'No cause found'),
    looking: t('verdict.looking', 'Looking for the cause'),
    no_service: t('verdict.no-service', 'Not investigated: the incident names no service'),
    never: t('verdict.never', 'Not investigated'),
  };
  return texts[state];
}

function hintOf({ state }: Verdict): string {
  const texts: Record<Verdict['state'], string> = {
    cause: '',
    none: '',
    looking: t('verdict.looking-hint', 'The first answer comes within seconds when sources are configured.'),
    no_service: t('verdict.no-service-hint', 'Name the service under Overview, and its telemetry is looked at.'),
    never: t('verdict.never-hint', 'It ended before a source was asked.'),
  };
  return texts[state];
}

const getStyles = (theme: GrafanaTheme2) => ({
  panel: css({
    padding: theme.spacing(1.5, 2),
    background: theme.colors.background.secondary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderLeft: `4px solid ${theme.colors.border.strong}`,
    borderRadius: theme.shape.radius.default,
  }),
  found: css({ borderLeftColor: theme.colors.primary.border }),
  line: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(2), flexWrap: 'wrap' }),
  text: css({ flex: 1, minWidth: 240, overflowWrap: 'anywhere' }),
});
