/** Another objective or window, tried on the counts that there are; nothing is changed. */
import { t } from '@grafana/i18n';
import { Field, Input, Stack, Text } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { whatIfQuery } from '../../api/slos';
import { type SloPatch, type SloPreviewShape, type SloShape } from '../../api/types.gen';
import { BudgetBar } from '../../components/BudgetBar';
import { problemAt } from '../../components/FieldErrors';
import { LoadingState, RefusedState } from '../../components/StateView';
import { PlainTable } from '../../components/PlainTable';
import { SloStatusBadge } from '../../components/SloStatusBadge';
import { Disclosure } from '../../components/Disclosure';
import { useDebounced } from '../../lib/debounced';
import { Rehearsal } from './Rehearsal';

const PAUSE = 500;

export function WhatIf({ slo }: { slo: SloShape }) {
  return (
    <Disclosure label={t('what-if.title', 'What if the promise were another?')}>
      <Trial slo={slo} />
    </Disclosure>
  );
}

function Trial({ slo }: { slo: SloShape }) {
  const rolling = slo.window.type === 'rolling' ? (slo.window.days ?? 30) : null;
  const [typed, setTyped] = useState({ objective: slo.objective, days: String(rolling ?? '') });
  const patch = patchOf(slo, useDebounced(typed, PAUSE));
  const found = useQuery(whatIfQuery(slo.id, patch));
  return (
    <Stack direction="column" gap={2}>
      <Stack gap={2} wrap="wrap">
        <Field noMargin label={t('what-if.objective', 'Objective')} {...problemAt(found.error, 'objective')}>
          <Input
            id="what-if-objective"
            width={20}
            suffix="%"
            value={typed.objective}
            onChange={(event) => setTyped({ ...typed, objective: event.currentTarget.value })}
          />
        </Field>
        {rolling !== null && (
          <Field noMargin label={t('what-if.days', 'Days')} {...problemAt(found.error, 'window')}>
            <Input
              id="what-if-days"
              width={12}
              value={typed.days}
              onChange={(event) => setTyped({ ...typed, days: event.currentTarget.value })}
            />
          </Field>
        )}
      </Stack>
      {patch === null ? (
        <Text color="secondary">{t('what-if.how', 'Change a number to see where the SLO would stand.')}</Text>
      ) : found.error ? (
        found.error.problems.length === 0 && (
          <RefusedState error={found.error} title={t('what-if.failed', 'Could not be calculated')} />
        )
      ) : found.data ? (
        <Compared slo={slo} found={found.data} />
      ) : (
        <LoadingState lines={3} />
      )}
    </Stack>
  );
}

/** What differs from the SLO as it is; null when nothing does. A word in place of days is the backend's to refuse. */
function patchOf(slo: SloShape, { objective, days }: { objective: string; days: string }): SloPatch | null {
  const patch: SloPatch = {};
  if (objective.trim() !== slo.objective) {
    patch.objective = objective.trim();
  }
  if (slo.window.type === 'rolling' && days.trim() !== String(slo.window.days ?? 30)) {
    patch.window = { type: 'rolling', days: /^\d+$/.test(days.trim()) ? Number(days) : -1 };
  }
  return Object.keys(patch).length > 0 ? patch : null;
}

function Compared({ slo, found }: { slo: SloShape; found: SloPreviewShape }) {
  const rows = [
    { key: 'now', title: t('what-if.now', 'As it is'), of: slo },
    { key: 'then', title: t('what-if.then', 'As it would be'), of: found },
  ];
  return (
    <Stack direction="column" gap={2}>
      <PlainTable
        label={t('what-if.compared', 'Both side by side')}
        head={['', t('what-if.promise', 'Promise'), t('what-if.status', 'Status'), t('what-if.budget', 'Budget left')]}
        rows={rows.map(({ key, title, of: { objective, windowText, status } }) => ({
          key,
          cells: [
            title,
            t('what-if.sentence', '{{- objective}}%, {{- window}}', { objective, window: windowText }),
            <SloStatusBadge key="status" status={status.status} />,
            <BudgetBar key="budget" remaining={status.budget?.remaining ?? null} status={status.status} />,
          ],
        }))}
      />
      <Rehearsal found={found} />
    </Stack>
  );
}
