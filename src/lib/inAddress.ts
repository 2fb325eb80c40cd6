/** One thing that people chose on a page, kept in its address, so that a link shows the same. */
import { useCallback } from 'react';
import { useSearchParams } from 'react-router-dom';

/** What the address says under this name, empty for nothing; and how to change that without a step of history. */
export function useInAddress(name: string): [string, (value: string) => void] {
  const [params, setParams] = useSearchParams();
  const change = useCallback(
    (value: string) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          after.delete(name);
          if (value) {
            after.set(name, value);
          }
          return after;
        },
        { replace: true }
      ),
    [name, setParams]
  );
  return [params.get(name) ?? '', change];
}
