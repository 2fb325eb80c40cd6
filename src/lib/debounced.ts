/** A value that follows another one after a pause, so that typing asks for nothing. */
import { useEffect, useState } from 'react';

/** The value as it was when it had stayed the same for so many milliseconds. */
export function useDebounced<T>(value: T, pause: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pause);
    return () => clearTimeout(timer);
  }, [value, pause]);
  return settled;
}
