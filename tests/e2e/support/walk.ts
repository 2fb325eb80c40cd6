/** Once around a page with Tab: what is not reached, what shows no focus, and what only a mouse can press. */
import { type Page } from '@playwright/test';

/** Presses until the focus has come around, or this many. */
const MOST = 400;

/** What is wrong; nothing on a page that is worked with keys as well as with a mouse. */
export async function walk(page: Page): Promise<string[]> {
  await page.evaluate(prepare);
  for (let presses = 0; presses < MOST; presses += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(step)) {
      return page.evaluate(judge);
    }
  }
  return [`Tab does not come around within ${MOST} presses`];
}

interface Walk {
  reached: Set<Element>;
  last: Element | null;
  look: string;
  unseen: string[];
}

declare global {
  interface Window {
    walk: Walk;
    lookOf: (element: Element) => string;
    nameOf: (element: Element) => string;
  }
}

/** In the page: begin at its top. */
function prepare(): void {
  const drawn = (element: Element, part?: string) => {
    const { outline, boxShadow, border, background, textDecoration, color, stroke } = getComputedStyle(element, part);
    return [outline, boxShadow, border, background, textDecoration, color, stroke].join('|');
  };
  // Fields show their focus on the frame around them, switches on the label beside them, drawings on their shapes.
  window.lookOf = (element) =>
    [
      element,
      element.parentElement,
      element.parentElement?.parentElement,
      element.nextElementSibling,
      element.querySelector('rect'),
    ]
      .filter((each) => each !== null && each !== undefined)
      .flatMap((each) => [drawn(each), drawn(each, '::before'), drawn(each, '::after')])
      .join(' ');
  window.nameOf = (element) => {
    const text = element.getAttribute('aria-label') ?? element.textContent ?? '';
    const about = text.trim().replace(/\s+/g, ' ').slice(0, 60) || element.outerHTML.slice(0, 120);
    return `${element.tagName.toLowerCase()} “${about}”`;
  };
  (document.activeElement as HTMLElement | null)?.blur();
  window.walk = { reached: new Set(), last: null, look: '', unseen: [] };
}

/** In the page: note where the focus is; true when it has come around. */
function step(): boolean {
  const { walk, lookOf, nameOf } = window;
  if (walk.last && walk.last.isConnected && walk.look === lookOf(walk.last)) {
    walk.unseen.push(nameOf(walk.last));
  }
  const at = document.activeElement;
  if (at === null || at === document.body || walk.reached.has(at)) {
    return true;
  }
  walk.reached.add(at);
  walk.last = at;
  walk.look = lookOf(at);
  return false;
}

/** In the page: what the walk did not find, and what only a mouse can find. */
function judge(): string[] {
  const { walk, nameOf } = window;
  const page = document.querySelector('main') ?? document.body;
  const visible = (element: Element) =>
    element.checkVisibility({ visibilityProperty: true }) &&
    !element.closest('[inert], details:not([open]) > :not(summary)');
  // The arrows move within a group of radio buttons; Tab leads to the one that is chosen.
  const wanted = [...page.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')].filter(
    (element) =>
      visible(element) &&
      !element.matches(':disabled, [aria-hidden="true"], input[type="radio"]:not(:checked)') &&
      ((element as HTMLElement).tabIndex >= 0 || element.matches('a[href]'))
  );
  const missed = wanted.filter((element) => !walk.reached.has(element)).map((each) => `not reached: ${nameOf(each)}`);
  const focusable = 'a[href], button, input, select, textarea, summary, label, [tabindex]';
  const mouseOnly = [...page.querySelectorAll('*')]
    .filter((element) => visible(element) && getComputedStyle(element).cursor === 'pointer')
    .filter((element) => element.closest(focusable) === null && element.querySelector(focusable) === null)
    .map((each) => `only for a mouse: ${nameOf(each)}`);
  const ahead = [...page.querySelectorAll('[tabindex]')]
    .filter((element) => (element as HTMLElement).tabIndex > 0)
    .map((each) => `out of its order: ${nameOf(each)}`);
  return [...missed, ...walk.unseen.map((each) => `shows no focus: ${each}`), ...mouseOnly, ...ahead];
}
