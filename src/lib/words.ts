/** Words as they stand alone. */

/** With a capital letter first, as a label begins. */
export function capitalised(word: string): string {
  return word.charAt(0).toLocaleUpperCase() + word.slice(1);
}
