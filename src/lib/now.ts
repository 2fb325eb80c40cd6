/** The present moment as state: one clock for the page, so that all running times step together. */
import { useSyncExternalStore } from 'react';

const STEP = 1_000;

const watchers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = Date.now();

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  if (!timer) {
    now = Date.now();
    timer = setInterval(() => {
      now = Date.now();
      watchers.forEach((each) => each());
    }, STEP);
  }
  return () => {
    watchers.delete(watcher);
    if (watchers.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/**
 * Milliseconds since 1970, rounded down to a step; the component renders again once per step.
 *
 * @param step seconds; how exact the shown time is.
 */
export function useNow(step = 1): number {
  return useSyncExternalStore(watch, () => Math.floor((timer ? now : Date.now()) / (step * 1000)) * step * 1000);
}
