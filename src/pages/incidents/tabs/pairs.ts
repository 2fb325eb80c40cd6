/** Labels and links of an incident as people type them: one a line. */
import { type LinkInput, type LinkShape } from '../../../api/types.gen';
import { webUrl } from '../../../lib/links';

/** What was typed, or the line that cannot be read. */
export type Typed<T> = { value: T; wrong?: never } | { wrong: string; value?: never };

export function labelLines(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
}

/** `name=value` a line; a value may hold further equals signs. */
export function labelsOf(text: string): Typed<Record<string, string>> {
  const lines = linesOf(text);
  const wrong = lines.find((line) => line.indexOf('=') < 1);
  if (wrong !== undefined) {
    return { wrong };
  }
  const pairs = lines.map((line): [string, string] => {
    const at = line.indexOf('=');
    return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
  });
  return { value: Object.fromEntries(pairs) };
}

export function linkLines(links: readonly LinkShape[]): string {
  return links.map(({ title, url }) => (title && title !== url ? `${title} ${url}` : url)).join('\n');
}

/** `Title https://…` a line; a line that is only an address is its own title. */
export function linksOf(text: string): Typed<LinkInput[]> {
  const lines = linesOf(text);
  const found = lines.map((line) => {
    const at = line.search(/\S+$/);
    const url = line.slice(at);
    return { title: line.slice(0, at).trim() || url, url };
  });
  const wrong = lines[found.findIndex(({ url }) => webUrl(url) === null)];
  return wrong === undefined ? { value: found } : { wrong };
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}
