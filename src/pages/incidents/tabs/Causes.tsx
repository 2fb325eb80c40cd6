/** Why: ranked causes with their evidence, what to do next, what was looked at and ruled out. */
import { t } from '@grafana/i18n';
import { Badge, type BadgeColor, Stack, Text, TextLink } from '@grafana/ui';
import { type ReactNode } from 'react';
import {
  type AnswerShape,
  type CheckResultShape,
  type CorrelationShape,
  type NextStepShape,
  type Outcome,
  type RuledOutShape,
} from '../../../api/types.gen';
import { CauseCard } from '../../../components/CauseCard';
import { CommandLine } from '../../../components/CommandLine';
import { Confidence } from '../../../components/Confidence';
import { ServiceLink } from '../../../components/ServiceLink';
import { type TimeSpan } from '../../../lib/incidentWindow';
import { chanceText } from '../../../lib/numbers';
import { valueText } from '../../../lib/units';
import { unitOf } from '../workspace/verdict';
import { CauseWays } from './CauseWays';

/** More than these are a click away. */
const SHOWN = 3;

export function Causes({ answer, span }: { answer: AnswerShape; span: TimeSpan }) {
  const [first, rest] = [answer.causes.slice(0, SHOWN), answer.causes.slice(SHOWN)];
  const card = (cause: AnswerShape['causes'][number]) => (
    <CauseCard
      key={cause.service}
      cause={cause}
      charts={answer.charts}
      unitOf={(finding) => unitOf(answer, finding.id, finding.unit)}
      defaultOpen={cause.named}
      waysOn={<CauseWays service={cause.service} span={span} sources={answer.sources} />}
    />
  );
  return (
    <Stack direction="column" gap={2}>
      <Part title={t('causes.title', 'Possible causes')}>
        {first.map(card)}
        {answer.causes.length === 0 && <Text color="secondary">{t('causes.none', 'No service stands out')}</Text>}
        {rest.length > 0 && (
          <details>
            <summary>{t('causes.more', '{{- count}} less likely', { count: rest.length })}</summary>
            <Stack direction="column" gap={1}>
              {rest.map(card)}
            </Stack>
          </details>
        )}
        {answer.considered.length > 0 && <Considered answer={answer} />}
        <Text color="secondary" variant="bodySmall">
          {t('causes.other', 'Chance that it is none of these: {{- none}}', { none: chanceText(answer.none) })}
          {answer.caps.map((cap) => ` · ${cap}`)}
        </Text>
      </Part>
      {answer.nextSteps.length > 0 && <NextSteps steps={answer.nextSteps} />}
      <Checks answer={answer} />
    </Stack>
  );
}

function Considered({ answer: { considered, floor } }: { answer: AnswerShape }) {
  return (
    <details>
      <summary>
        {t('causes.considered', 'Considered and not plausible ({{- count}})', { count: considered.length })}
      </summary>
      <Text color="secondary" variant="bodySmall">
        {t('causes.floor', 'Below {{- floor}}: {{- because}}.', {
          floor: floor.confidence.toFixed(2),
          because: floor.because,
        })}
      </Text>
      <ul>
        {considered.map(({ service, summary }) => (
          <li key={service}>
            <ServiceLink name={service} /> {summary}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <Stack direction="column" gap={1}>
        <Text variant="h5" element="h2">
          {title}
        </Text>
        {children}
      </Stack>
    </section>
  );
}

function NextSteps({ steps }: { steps: readonly NextStepShape[] }) {
  return (
    <Part title={t('steps.title', 'What to do next')}>
      {steps.map(({ title, command, why }) => (
        <div key={title + command}>
          <Text weight="medium">{title}</Text> <Text color="secondary">{why}</Text>
          {command && <CommandLine command={command} />}
        </div>
      ))}
      <Text color="secondary" variant="bodySmall">
        {t('steps.never', 'Commands are suggestions: nothing is ever run for you.')}
      </Text>
    </Part>
  );
}

const ORDER: readonly Outcome[] = ['found', 'failed', 'no_data', 'skipped', 'clean'];

const OUTCOME_COLORS: Record<Outcome, BadgeColor> = {
  found: 'red',
  clean: 'green',
  no_data: 'darkgrey',
  skipped: 'darkgrey',
  failed: 'orange',
};

export function outcomeText(outcome: Outcome): string {
  const texts: Record<Outcome, string> = {
    found: t('outcome.found', 'found'),
    clean: t('outcome.clean', 'clean'),
    no_data: t('outcome.no-data', 'no data'),
    skipped: t('outcome.skipped', 'skipped'),
    failed: t('outcome.failed', 'failed'),
  };
  return texts[outcome];
}

function Checks({ answer }: { answer: AnswerShape }) {
  const checks = [...answer.checks].sort((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome));
  const counts = ORDER.filter((each) => answer.outcomes[each]).map(
    (each) => `${answer.outcomes[each]} ${outcomeText(each)}`
  );
  return (
    <Part title={t('checks.title', 'What was checked')}>
      <details>
        <summary>
          {t('checks.summary', '{{- count}} checks: {{- counts}}', {
            count: checks.length,
            counts: counts.join(', '),
            defaultValue_one: '{{- count}} check: {{- counts}}',
          })}
        </summary>
        <Stack direction="column" gap={1}>
          {checks.map((check) => (
            <Check key={check.id} check={check} />
          ))}
        </Stack>
      </details>
      {answer.ruledOut.length > 0 && <RuledOut items={answer.ruledOut} />}
    </Part>
  );
}

function Check({ check }: { check: CheckResultShape }) {
  const numbers = check.before !== null || check.now !== null;
  return (
    <Stack gap={1} alignItems="baseline" wrap="wrap">
      <Badge color={OUTCOME_COLORS[check.outcome]} text={outcomeText(check.outcome)} />
      <Text weight="medium">{check.title}</Text>
      <Text color="secondary">{check.summary}</Text>
      {numbers && (
        <Text variant="bodySmall">
          {t('checks.numbers', '{{- before}} usually, {{- now}} now', {
            before: valueText(check.before, check.unit),
            now: valueText(check.now, check.unit),
          })}
        </Text>
      )}
      {check.fix && <Text variant="bodySmall">{check.fix}</Text>}
      {check.link && (
        <TextLink href={check.link} icon="compass" variant="bodySmall">
          {t('checks.explore', 'Explore')}
        </TextLink>
      )}
    </Stack>
  );
}

function RuledOut({ items }: { items: readonly RuledOutShape[] }) {
  return (
    <details>
      <summary>{t('ruled-out.title', 'Ruled out ({{- count}})', { count: items.length })}</summary>
      <ul>
        {items.map(({ service, what, reason }) => (
          <li key={service + what + reason}>
            <ServiceLink name={service} /> {what}: {reason}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** What is known without the whole answer: the signals that the incident carries. */
export function Signals({ signals }: { signals: readonly CorrelationShape[] }) {
  return (
    <Part title={t('signals.title', 'Signals')}>
      {signals.map(({ id, type, source, title, confidence }) => (
        <Stack key={id} gap={1} alignItems="center">
          <Confidence value={confidence} />
          <Badge color="darkgrey" text={[type, source].join(' · ')} />
          <Text>{title}</Text>
        </Stack>
      ))}
    </Part>
  );
}
