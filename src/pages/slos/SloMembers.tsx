/** What a composite is made of: each SLO, what it weighs here, and how much of what is spent it has spent. */
import { css } from '@emotion/css';
import { t } from '@grafana/i18n';
import { Stack, Text, useStyles2 } from '@grafana/ui';
import { type Combine, type SloMemberShape, type SloShape } from '../../api/types.gen';
import { PageLink } from '../../components/PageLink';
import { PlainTable } from '../../components/PlainTable';
import { SloStatusBadge } from '../../components/SloStatusBadge';
import { pageUrl, ROUTES } from '../../constants';
import { countText, digitsFor, partText, percentText } from '../../lib/numbers';
import { combineOf } from './counting';

export function SloMembers({ slo }: { slo: SloShape }) {
  const styles = useStyles2(getStyles);
  if (slo.indicator.type !== 'composite') {
    return null;
  }
  const label = t('slo.members', 'What it is made of');
  const members = slo.status.members ?? [];
  const combine = combineOf(slo.indicator);
  // Of the worst one alone everything is said by which it is.
  const [weighs, decides] = [combine !== 'worst', combine === 'worst' && slo.status.window?.sli != null];
  const number = (text: string) => <span className={styles.number}>{text}</span>;
  return (
    <Stack direction="column" gap={1}>
      <Text element="h3" variant="h4">
        {label}
      </Text>
      <Text color="secondary">{howText(combine)}</Text>
      {members.length === 0 ? (
        <Text color="secondary">{t('slo.no-members', 'Nothing was computed yet.')}</Text>
      ) : (
        <PlainTable
          label={label}
          head={[
            t('slos.name', 'SLO'),
            t('slos.status', 'Status'),
            ...(weighs ? [t('slo.weight', 'Weight')] : []),
            t('slo.reached', 'Reached'),
            t('slo.member-counts', 'Bad of all'),
            ...(weighs ? [t('slo.spent-share', 'Share of what is spent')] : []),
            t('slo.measured', 'Measured'),
          ]}
          rows={members.map((member) => ({
            key: member.sloId,
            cells: [
              <Name key="name" member={member} decides={decides && member.weight > 0} />,
              <Standing key="status" member={member} />,
              ...(weighs ? [number(partText(member.weight))] : []),
              number(member.sli === null ? t('slo.no-events', 'no events') : percentText(member.sli, digits(slo))),
              number(
                t('slo.bad-of', '{{- bad}} bad of {{- total}}', {
                  bad: countText(member.bad),
                  total: countText(member.total),
                })
              ),
              ...(weighs
                ? [number(member.spent === null ? t('slo.nothing-spent', 'nothing is') : partText(member.spent))]
                : []),
              number(member.coverage === null ? t('slo.no-data', 'no data') : percentText(member.coverage, 1)),
            ],
          }))}
        />
      )}
    </Stack>
  );
}

/** One digit more than the objective has: members differ by less than it. */
function digits({ objective }: SloShape): number {
  return digitsFor(objective) + 1;
}

function howText(combine: Combine | null): string {
  if (combine === 'worst') {
    return t('slo.members-worst', 'The lowest of what these SLOs reach over its window.');
  }
  return combine === 'pooled'
    ? t('slo.members-pooled', 'The events of these SLOs over its window, added up.')
    : t('slo.members-mean', 'The mean of what these SLOs reach over its window, by their weights.');
}

function Name({ member: { sloId, service, name }, decides }: { member: SloMemberShape; decides: boolean }) {
  return (
    <Stack direction="column" gap={0}>
      <PageLink to={pageUrl(ROUTES.slos, sloId)}>{name === '' ? sloId : `${service} / ${name}`}</PageLink>
      {decides && (
        <Text color="secondary" variant="bodySmall">
          {t('slo.decides', 'the worst one: it decides')}
        </Text>
      )}
    </Stack>
  );
}

/** The member's own status; why there is none is said at once. */
function Standing({ member: { status, text } }: { member: SloMemberShape }) {
  return (
    <Stack direction="column" gap={0} alignItems="flex-start">
      <SloStatusBadge status={status} />
      {status === 'no_data' && (
        <Text color="secondary" variant="bodySmall">
          {text}
        </Text>
      )}
    </Stack>
  );
}

const getStyles = () => ({
  number: css({ fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }),
});
