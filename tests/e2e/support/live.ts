import { expect, type Page, type Request } from '@playwright/test';

/**
 * Open the list of incidents and wait until its live connection is up and it was read anew for that: since
 * anything may have changed meanwhile, what comes before is a row like the others and no news.
 */
export async function openListLive(page: Page, address: string): Promise<void> {
  let [asked, answered] = [0, 0];
  const isList = (request: Request) => /\/incidents\?.*limit=100/.test(request.url());
  page.on('request', (request) => (asked += Number(isList(request))));
  page.on('requestfinished', (request) => (answered += Number(isList(request))));
  page.on('requestfailed', (request) => (answered += Number(isList(request))));
  await page.goto(address);
  await expect(page.getByText('Not live')).toHaveCount(0);
  await expect.poll(() => asked > 1 && asked === answered, { message: 'the list was read anew' }).toBe(true);
}
