/** The conditions of each objective's alert as they are judged now, the most urgent first. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Badge, type BadgeColor, Stack, Text, useStyles2 } from '@grafana/ui';
import { type SloConditionShape, type SloShape } from '../../api/types.gen';
import { type Held, objectivesOf, promiseText } from './objective';

const COLORS: Record<string, BadgeColor> = { holds: 'red', clear: 'green', few_failures: 'blue' };

function judgementText(judgement: string): string {
  const texts: Record<string, string> = {
    holds: t('condition.holds', 'holds'),
    clear: t('condition.clear', 'clear'),
    unmeasured: t('condition.unmeasured', 'not measured: frozen'),
    few_failures: t('condition.few', 'too few failures'),
  };
  return texts[judgement] ?? judgement;
}

export function SloConditions({ slo }: { slo: SloShape }) {
  const objectives = objectivesOf(slo);
  const judged = objectives.filter(({ conditions }) => conditions.length > 0);
  const title = t('slo.conditions', 'Alert conditions');
  return (
    <section aria-label={title}>
      <Stack direction="column" gap={1}>
        <Text element="h3" variant="h5">
          {title}
        </Text>
        {judged.length === 0 && (
          <Text color="secondary">
            {slo.alerting || slo.furtherObjectives.some(({ alerting }) => alerting)
              ? t('slo.no-conditions', 'Nothing is judged before something was measured.')
              : t('slo.no-alerts', 'None of the objectives alerts.')}
          </Text>
        )}
        {judged.map((each) => (
          <Conditions key={each.number} of={each} isNamed={objectives.length > 1} />
        ))}
      </Stack>
    </section>
  );
}

function Conditions({ of, isNamed }: { of: Held; isNamed: boolean }) {
  const styles = useStyles2(getStyles);
  const name = promiseText(of);
  return (
    <>
      {isNamed && (
        <Text element="h4" variant="h6">
          {name}
        </Text>
      )}
      <ul className={styles.list} aria-label={isNamed ? name : undefined}>
        {of.conditions.map((each) => (
          <Condition key={each.name} condition={each} firing={each.name === of.firing} />
        ))}
      </ul>
    </>
  );
}

function Condition({ condition, firing }: { condition: SloConditionShape; firing: boolean }) {
  const page = condition.severity === 'page';
  return (
    <li>
      <Stack gap={1} alignItems="center" wrap="wrap">
        <Badge color={COLORS[condition.judgement] ?? 'darkgrey'} text={judgementText(condition.judgement)} />
        <Text weight={firing ? 'bold' : 'medium'}>{condition.name}</Text>
        <Badge
          color={page ? 'orange' : 'darkgrey'}
          icon={page ? 'bell' : 'envelope'}
          text={page ? t('condition.page', 'page') : t('condition.ticket', 'ticket')}
        />
        <Text color="secondary">{condition.text}</Text>
      </Stack>
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({
    listStyle: 'none',
    margin: 0,
    padding: 0,
    li: { padding: theme.spacing(0.75, 0), borderBottom: `1px solid ${theme.colors.border.weak}` },
  }),
});
