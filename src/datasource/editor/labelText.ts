/** Labels as one line of text, `team=shop, tier=1`, and back. */

export function textOf(labels: Record<string, string>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}

/** What can be read of it: a part without a name or without `=` is left out. */
export function labelsFrom(text: string): Record<string, string> {
  const pairs = text.split(',').flatMap((part) => {
    const at = part.indexOf('=');
    const name = part.slice(0, Math.max(at, 0)).trim();
    return name === '' ? [] : [[name, part.slice(at + 1).trim()]];
  });
  return Object.fromEntries(pairs);
}
