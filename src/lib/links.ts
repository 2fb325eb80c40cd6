/** Addresses out of foreign text: only what a browser opens as a page. */

/** The address when it is http or https; null for anything else, `javascript:` above all. */
export function webUrl(text: string | null | undefined): string | null {
  if (!text) {
    return null;
  }
  try {
    const url = new URL(text);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
  } catch {
    return null;
  }
}
