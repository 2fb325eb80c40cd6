/** A whole number; what is none becomes -1, which the backend refuses at its field. */
export function wholeOf(text: string): number {
  return /^\s*\d+\s*$/.test(text) ? Number(text) : -1;
}
