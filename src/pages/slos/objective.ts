/** Which of an SLO's objectives the page is about, as the address spells it; without a word the main one. */
import { useCallback } from 'react';
import { useSearchParams } from 'react-router-dom';
import { type SloShape } from '../../api/types.gen';

/** An objective that an SLO can be held against; number 0 is the main one. */
export interface Held {
  number: number;
  /** `99.9`. */
  objective: string;
  windowText: string;
  /** Days of a rolling window; null: a period of the calendar. */
  days: number | null;
}

/** An objective for people: `99.9%, rolling 30d`. */
export function heldText({ objective, windowText }: Held): string {
  return `${objective}%, ${windowText}`;
}

function heldOf(number: number, { objective, window }: Promised, windowText: string): Held {
  const days = window === undefined ? 30 : window.type === 'rolling' ? (window.days ?? 30) : null;
  return { number, objective, windowText, days };
}

type Promised = Pick<SloShape['furtherObjectives'][number], 'objective' | 'window'>;

/** The chosen objective and a way to choose another; what the SLO does not promise is the main one. */
export function useObjective(slo: SloShape): { chosen: Held; every: Held[]; choose: (number: number) => void } {
  const [params, setParams] = useSearchParams();
  const main = heldOf(0, slo, slo.windowText);
  const further = slo.furtherObjectives.map((each, at) =>
    heldOf(at + 1, each, slo.status.furtherObjectives?.[at]?.windowText ?? '')
  );
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
  return { chosen: further.find(({ number }) => number === asked) ?? main, every: [main, ...further], choose };
}
