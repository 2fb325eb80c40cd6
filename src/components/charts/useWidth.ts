/** The width that an element has on the page, so that a drawing fills it. */
import { useLayoutEffect, useRef, useState, type RefObject } from 'react';

/** A ref to put on the element, and its width in pixels; until it is known, the given one. */
export function useWidth<T extends HTMLElement>(unknown: number): [RefObject<T | null>, number] {
  const ref = useRef<T>(null);
  const [width, setWidth] = useState(unknown);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) {
      return undefined;
    }
    const measure = () => setWidth(Math.round(element.getBoundingClientRect().width) || unknown);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [unknown]);
  return [ref, width];
}
