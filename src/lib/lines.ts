/** Lists and pairs as people type them: one to a line. */

/** `key=value` on each line; empty lines do not count. */
export function pairsOf(text: string): Record<string, string> {
  return Object.fromEntries(
    linesOf(text)
      .map(pairOf)
      .filter(([key]) => key)
  );
}

/** Key and value of one `key=value`; without a sign, all of it is the key. */
export function pairOf(text: string): [key: string, value: string] {
  const cut = text.indexOf('=');
  return cut < 0 ? [text.trim(), ''] : [text.slice(0, cut).trim(), text.slice(cut + 1).trim()];
}

export function pairsText(pairs: Record<string, string>): string {
  return Object.entries(pairs)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n');
}

/** Words between commas. */
export function wordsOf(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);
}

/** Lines that hold something. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}
