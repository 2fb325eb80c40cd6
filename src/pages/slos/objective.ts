/** Which of an SLO's objectives the page is about, as the address spells it; without a word the main one. */
import { useCallback } from 'react';
import { useSearchParams } from 'react-router-dom';
import { type SloConditionShape, type SloShape } from '../../api/types.gen';

/** An objective that an SLO can be held against; number 0 is the main one. */
export interface Held {
  number: number;
  /** `99.9`. */
  objective: string;
  windowText: string;
  /** Days of a rolling window; null: a period of the calendar. */
  days: number | null;
  /** Of its alert, as they are judged now; empty when it has none. */
  conditions: readonly SloConditionShape[];
  /** The one of them that fires; empty: none does. */
  firing: string;
}

/** An objective for people: `99.9%, rolling 30d`. */
export function promiseText({ objective, windowText }: { objective: string; windowText: string }): string {
  return `${objective}%, ${windowText}`;
}

function heldOf(number: number, { objective, window }: Promised, windowText: string, status?: Judged): Held {
  const days = window === undefined ? 30 : window.type === 'rolling' ? (window.days ?? 30) : null;
  const { conditions = [], firing = '' } = status ?? {};
  return { number, objective, windowText, days, conditions, firing };
}

type Promised = Pick<SloShape['furtherObjectives'][number], 'objective' | 'window'>;
type Judged = Pick<SloShape['status'], 'conditions' | 'firing'>;

/** Everything that an SLO promises, the main objective first. */
export function objectivesOf(slo: SloShape): Held[] {
  const further = slo.furtherObjectives.map((each, at) => {
    const status = slo.status.furtherObjectives?.[at];
    return heldOf(at + 1, each, status?.windowText ?? '', status);
  });
  return [heldOf(0, slo, slo.windowText, slo.status), ...further];
}

/** The chosen objective and a way to choose another; what the SLO does not promise is the main one. */
export function useObjective(slo: SloShape): { chosen: Held; every: Held[]; choose: (number: number) => void } {
  const [params, setParams] = useSearchParams();
  const every = objectivesOf(slo);
  const asked = Number(params.get('objective') ?? 0);
  const choose = useCallback(
    (number: number) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          after.delete('objective');
          if (number > 0) {
            after.set('objective', String(number));
          }
          return after;
        },
        { replace: true }
      ),
    [setParams]
  );
  return { chosen: every.find(({ number }) => number === asked) ?? every[0]!, every, choose };
}
