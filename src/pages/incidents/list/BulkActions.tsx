/** Changes of many incidents: the bar, the question when some refuse, and the key that acknowledges. */
import { t } from '@grafana/i18n';
import { type ReactNode, type RefObject, useImperativeHandle, useState } from 'react';
import { useBulkChange } from '../../../api/incidents';
import { type BulkInput, type BulkOutcomeShape } from '../../../api/types.gen';
import { type KnownPerson } from '../../../components/AssigneePicker';
import { BulkBar, type BulkChange } from './BulkBar';
import { BulkOutcomes } from './BulkOutcomes';
import { type Selection } from './useSelection';

interface BulkActionsProps {
  selection: Selection;
  /** What a key is about when nothing is chosen. */
  fallback: string | undefined;
  people: readonly KnownPerson[];
  me: string;
  actionRef: RefObject<((status: 'acknowledged') => void) | null>;
  /** Shown while nothing is chosen. */
  idle: ReactNode;
}

export function BulkActions({ selection, fallback, people, me, actionRef, idle }: BulkActionsProps) {
  const bulk = useBulkChange();
  const [told, setTold] = useState<{ outcomes: readonly BulkOutcomeShape[]; change: BulkChange } | null>(null);
  const send = (numbers: string[], change: BulkChange) => {
    const body: BulkInput = { ...change, numbers };
    bulk.mutate(body, {
      onSuccess: ({ outcomes }) => {
        const refused = outcomes.filter((each) => !each.ok);
        setTold(refused.length > 0 ? { outcomes, change } : null);
        // Those that refused stay chosen, for another try.
        selection.keep(refused.map((each) => each.number));
      },
    });
  };
  const chosen = [...selection.selected];
  useImperativeHandle(actionRef, () => (status) => {
    const numbers = chosen.length > 0 ? chosen : fallback ? [fallback] : [];
    if (numbers.length > 0 && !bulk.isPending) {
      send(numbers, { status });
    }
  });
  return (
    <>
      {chosen.length > 0 ? (
        <BulkBar
          count={chosen.length}
          busy={bulk.isPending}
          people={people}
          me={me}
          onChange={(change) => send(chosen, change)}
          onClear={selection.clear}
        />
      ) : (
        idle
      )}
      {told && (
        <BulkOutcomes
          outcomes={told.outcomes}
          busy={bulk.isPending}
          onForce={(numbers) =>
            send(numbers, {
              ...told.change,
              force: true,
              comment: t('incidents.forced', 'resolved although alerts still fire'),
            })
          }
          onClose={() => setTold(null)}
        />
      )}
    </>
  );
}
