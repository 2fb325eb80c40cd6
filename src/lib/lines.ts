/** Lists and pairs as people type them: one to a line. */

/** `key=value` on each line; empty lines do not count. */
export function pairsOf(text: string): Record<string, string> {
  const pairs = linesOf(text).map((line) => {
    const cut = line.indexOf('=');
    return cut < 0 ? [line, ''] : [line.slice(0, cut).trim(), line.slice(cut + 1).trim()];
  });
  return Object.fromEntries(pairs.filter(([key]) => key));
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

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}
