/** Gives the focus back to what had it. */
import { type RefObject, useEffect, useState } from 'react';

/**
 * For drawers and dialogs with a field that takes the focus at once: Grafana's remember what had the focus when they are
 * drawn themselves, and that is the field already.
 */
export function useReturnFocus(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (before instanceof HTMLElement) {
        // Not before Grafana has had its own idea of it.
        setTimeout(() => before.focus());
      }
    },
    [before]
  );
}

/**
 * Open a dialog from a menu: the menu gives the focus away as it closes, and would take it out of the dialog that is there
 * by then. The dialog gives it back to the menu's button.
 *
 * @param around the element that holds the button.
 */
export function afterMenu(open: () => void, around: RefObject<HTMLElement | null>): () => void {
  return () =>
    void setTimeout(() => {
      around.current?.querySelector('button')?.focus();
      open();
    });
}
