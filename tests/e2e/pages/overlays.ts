/** Everything that opens over a page or within it and shows what strangers wrote: how it is opened, and closed again. */
import { type Page } from '@playwright/test';
import { HOSTILE, type Seeds } from '../support/seed';
import { type Api } from '../support/world';
import { APP } from './places';

export interface Overlay {
  name: string;
  path: string;
  open: (page: Page, api: Api) => Promise<void>;
  /** It shows no text of strangers by itself: it only must not run one. */
  plain?: boolean;
}

const press = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).first().click();
const item = (button: string | RegExp, choice: string | RegExp) => async (page: Page) => {
  await press(button)(page);
  await page.getByRole('menuitem', { name: choice }).click();
};
const list = (name: string | RegExp) => (page: Page) => page.getByRole('combobox', { name }).first().click();

export function overlays(seeds: Seeds): Overlay[] {
  return [
    ...ofTheList(),
    ...ofAnIncident(`${APP}/incidents/${seeds.fired}`),
    ...ofServices(),
    ...ofSlos(`${APP}/slos`, seeds.slo),
  ];
}

function ofTheList(): Overlay[] {
  const path = `${APP}/incidents?status=any`;
  const choose = async (page: Page) =>
    page
      .getByRole('checkbox', { name: /^Select INC/ })
      .first()
      .check({ force: true });
  const chosen = (then: (page: Page) => Promise<void>) => async (page: Page) => {
    await choose(page);
    await then(page);
  };
  return [
    { name: 'declare', path, open: press('Declare incident'), plain: true },
    {
      name: 'declare from a template',
      path,
      open: async (page) => {
        await press('Declare incident')(page);
        await list('Template')(page);
      },
    },
    { name: 'filter by service', path, open: press(/^Service/) },
    { name: 'filter by assignee', path, open: press(/^Assignee/), plain: true },
    { name: 'filter by severity', path, open: press(/^Severity/) },
    { name: 'severity of many', path, open: chosen(press('Severity')) },
    { name: 'assignee of many', path, open: chosen(press('Assign')), plain: true },
  ];
}

function ofAnIncident(path: string): Overlay[] {
  return [
    { name: 'details of an alert', path: `${path}/alerts`, open: press(/^Details of/) },
    { name: 'status', path, open: press(/^More steps/) },
    { name: 'severity', path, open: press(/change it$/) },
    { name: 'moments', path, open: press('Show and correct all moments'), plain: true },
    { name: 'merge', path, open: item(/^More$/, 'Merge others into this') },
    { name: 'parts', path, open: item(/^More$/, 'Add parts') },
    { name: 'delete', path, open: item(/^More$/, 'Delete'), plain: true },
    { name: 'assignee', path, open: list('Assignee'), plain: true },
    // What Markdown allows is drawn, the rest is gone.
    { name: 'preview of a comment', path, open: preview, plain: true },
    { name: 'edit a comment', path, open: press('Edit comment') },
    { name: 'delete a comment', path, open: press('Delete comment'), plain: true },
    { name: 'take a file away', path, open: press(/^Take .* away$/), plain: true },
    { name: 'title', path, open: press('Edit title'), plain: true },
    { name: 'a field with choices', path, open: field },
    { name: 'conflict', path, open: conflict },
    { name: 'evidence', path, open: unfold },
    { name: 'ask before it ends', path: path, open: item(/^More steps/, /Resolve$/), plain: true },
    { name: 'export of the report', path: `${path}/post-incident`, open: press('Export'), plain: true },
  ];
}

function ofServices(): Overlay[] {
  const path = `${APP}/services/${encodeURIComponent(`svc${HOSTILE.image}`)}`;
  return [
    { name: 'service', path, open: press('Edit') },
    { name: 'services by team', path: `${APP}/services`, open: list('Owner') },
    {
      name: 'why a service stands so',
      path: `${APP}/services`,
      open: (page) => page.getByRole('note').first().hover(),
    },
    { name: 'declare a service', path: `${APP}/services`, open: press('Declare a service'), plain: true },
    { name: 'alert of the list', path: `${APP}/alerts`, open: press(/^Details of/) },
    { name: 'status page', path: `${APP}/status`, open: press('Edit page'), plain: true },
    { name: 'audit', path: `${APP}/settings/audit`, open: press(/expand|Toggle row/i) },
    { name: 'services of a dashboard', path: 'd/slo-overview', open: list('Service') },
    { name: 'SLOs of a query', path: 'explore', open: list('SLOs') },
  ];
}

function ofSlos(path: string, slo: string): Overlay[] {
  const one = `${path}/${slo}`;
  return [
    { name: 'SLOs by service', path, open: list('Services') },
    { name: 'import', path, open: imported },
    { name: 'export', path, open: press('Export') },
    { name: 'export one', path: one, open: press('Export') },
    { name: 'silence', path: one, open: press('Silence') },
    { name: 'what is folded on an SLO', path: one, open: unfoldAll, plain: true },
    { name: 'delete SLO', path: one, open: press('Delete'), plain: true },
    { name: 'correction', path: one, open: press(/^Change: /) },
    { name: 'take a correction back', path: one, open: press(/^Take back: /), plain: true },
    { name: 'service of an SLO', path: `${path}/new`, open: list(/^Service/) },
  ];
}

async function preview(page: Page): Promise<void> {
  await page
    .getByRole('textbox', { name: 'Comment' })
    .fill(`${HOSTILE.image} ${HOSTILE.link} **${HOSTILE.script}** <svg onload="window.__broken=6">`);
  await page.getByRole('radio', { name: 'Preview' }).check({ force: true });
}

/** Somebody else changes the title meanwhile. */
async function conflict(page: Page, api: Api): Promise<void> {
  await press('Edit title')(page);
  await page.getByRole('textbox', { name: 'Title' }).fill(`${HOSTILE.image} mine`);
  const number = new URL(page.url()).pathname.split('/').at(-1);
  await api.patch(`incidents/${number}`, { title: `${HOSTILE.image} theirs ${HOSTILE.script}` });
  await page.getByRole('textbox', { name: 'Title' }).press('Enter');
  await page.getByRole('dialog').waitFor();
}

async function field(page: Page): Promise<void> {
  await press(/^Edit <img/)(page);
  await list(/<img/)(page);
}

async function imported(page: Page): Promise<void> {
  await press('Import')(page);
  await page
    .getByRole('dialog')
    .getByRole('textbox')
    .fill(`apiVersion: openslo/v1\nkind: SLO\nmetadata:\n  name: '${HOSTILE.image}'\n`);
  await page.getByRole('dialog').getByRole('button', { name: 'Try it out' }).click();
}

async function unfoldAll(page: Page): Promise<void> {
  await page.locator('details').first().waitFor();
  await page.locator('details').evaluateAll((all) => all.forEach((each) => each.setAttribute('open', '')));
}

/** What is folded away on a page: evidence, checks, terms, what was ruled out. */
async function unfold(page: Page): Promise<void> {
  await page
    .getByRole('button', { name: /^Evidence/ })
    .first()
    .waitFor({ timeout: 60_000 });
  for (const button of await page.getByRole('button', { name: /^Evidence/, expanded: false }).all()) {
    await button.click();
  }
  await page.locator('details').evaluateAll((all) => all.forEach((each) => each.setAttribute('open', '')));
}
