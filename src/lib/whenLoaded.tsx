/**
 * A component whose code comes later, and which is drawn at once when it is there already.
 *
 * `React.lazy` is for places inside a page. Around a whole page it costs time: what has suspended shows its
 * fallback for 300 ms at least, however soon the code comes, and nothing is asked for meanwhile.
 */
import { type ComponentType, type ReactNode, useEffect, useState } from 'react';

export interface Loadable {
  (props: { waiting: ReactNode }): ReactNode;
  /** Fetch the code; it comes once, however often this is called. */
  load: () => Promise<unknown>;
}

/** @throws in the render of what it returns, when the code does not come: an error boundary shows it. */
export function whenLoaded(load: () => Promise<{ default: ComponentType }>): Loadable {
  let known: ComponentType | undefined;
  let coming: Promise<ComponentType> | undefined;
  const fetched = () =>
    (coming ??= load().then(
      (found) => (known = found.default),
      (error: unknown) => {
        // The next one who asks tries again.
        coming = undefined;
        throw error;
      }
    ));

  function Loaded({ waiting }: { waiting: ReactNode }) {
    const [Part, setPart] = useState<ComponentType | undefined>(() => known);
    useEffect(() => {
      let left = false;
      const put = (next: () => ComponentType) => !left && setPart(next);
      fetched().then(
        (part) => put(() => part),
        (error: unknown) =>
          put(() => {
            throw error;
          })
      );
      return () => {
        left = true;
      };
    }, []);
    return Part ? <Part /> : waiting;
  }
  return Object.assign(Loaded, { load: fetched });
}
