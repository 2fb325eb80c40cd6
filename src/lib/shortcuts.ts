/** Single keys that do something on a page, as long as nobody is typing and no dialog is open. */
import { useEffect, useEffectEvent } from 'react';

export type Shortcuts = Readonly<Record<string, () => void>>;

/** Whether a key press belongs to a field or a dialog rather than to the page. */
export function isTaken(event: KeyboardEvent): boolean {
  const target = event.target;
  const typing =
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)) &&
    !(target instanceof HTMLInputElement && target.type === 'checkbox');
  return (
    typing ||
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    document.querySelector('[role="dialog"], [role="menu"]') !== null
  );
}

/**
 * Listen for keys by their name (`j`, `?`, `Enter`).
 *
 * What is taken here does not reach Grafana's own shortcuts; everything else does.
 */
export function useShortcuts(shortcuts: Shortcuts): void {
  const take = useEffectEvent((event: KeyboardEvent) => {
    const action = Object.hasOwn(shortcuts, event.key) ? shortcuts[event.key] : undefined;
    if (action && !isTaken(event)) {
      event.preventDefault();
      event.stopPropagation();
      action();
    }
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => take(event);
    // Before Grafana's listener, which waits at the document.
    window.addEventListener('keydown', listen, { capture: true });
    return () => window.removeEventListener('keydown', listen, { capture: true });
  }, []);
}
