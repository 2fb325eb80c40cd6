/** A running server for the tests: the stand-in host with real backend processes, or a Grafana that is there already. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type APIRequestContext, type APIResponse, type BrowserContextOptions, request } from '@playwright/test';

export type Kind = 'empty' | 'shop' | 'hostile' | 'down' | 'large';
export type StorageState = Exclude<BrowserContextOptions['storageState'], string | undefined>;

export interface World {
  url: string;
  /** A signed-in browser. */
  state: StorageState;
  /** The plugin's API, as an administrator. */
  api: Api;
}

/** What a world says of itself when it is there. */
interface Said {
  url: string;
  login: string;
  token: string;
}

/** Address of a real Grafana, when the tests are to run there. */
export const GRAFANA = process.env.GRAFANA_URL?.replace(/\/+$/, '');

const ROOT = path.resolve(import.meta.dirname, '../../..');
const RESOURCES = 'api/plugins/reliability-studio-app/resources';

/** Start a world, under a path of its own when one is given; `stop` ends all that it started. */
export async function start(kind: Kind, subPath = ''): Promise<{ world: World; stop: () => Promise<void> }> {
  if (GRAFANA) {
    const { GRAFANA_USER = 'admin', GRAFANA_PASSWORD = 'admin' } = process.env;
    const world = await realGrafana(GRAFANA, GRAFANA_USER, GRAFANA_PASSWORD);
    return { world, stop: () => world.api.close() };
  }
  const { said, stop } = await host(kind, ['--sub-path', subPath]);
  const world = await previewHost(said.url, said.login, said.token);
  return {
    world,
    stop: async () => {
      await world.api.close();
      await stop();
    },
  };
}

/** Start the stand-in host over a world. */
export async function host(kind: Kind, options: readonly string[]): Promise<{ said: Said; stop: () => Promise<void> }> {
  const more = [
    ...(process.env.E2E_PLUGIN ? ['--plugin', process.env.E2E_PLUGIN] : []),
    ...(process.env.E2E_PREVIEW ? ['--preview', process.env.E2E_PREVIEW] : []),
  ];
  const process_ = spawn(path.join(ROOT, '.venv/bin/python'), ['-B', 'tests/e2e/world.py', kind, ...options, ...more], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const said: Said = JSON.parse(await firstLine(process_));
  const stop = async () => {
    process_.stdin.end();
    await (process_.exitCode === null ? once(process_, 'exit') : undefined);
  };
  return { said, stop };
}

/** A world that somebody else has started. */
export async function previewHost(url: string, login: string, token: string): Promise<World> {
  const browser = await request.newContext();
  await browser.get(login);
  const state = await browser.storageState();
  await browser.dispose();
  const api = new Api(await apiAt(url, { Authorization: `Bearer ${token}` }));
  await api.ready();
  return { url, state, api };
}

/** A Grafana where somebody may sign in by name and password. */
export async function realGrafana(url: string, user: string, password: string): Promise<World> {
  const browser = await request.newContext({ baseURL: `${url}/` });
  const answer = await browser.post('login', { data: { user, password } });
  if (!answer.ok()) {
    throw new Error(`${url} refused ${user}: ${answer.status()}`);
  }
  const state = await browser.storageState();
  await browser.dispose();
  const basic = Buffer.from(`${user}:${password}`).toString('base64');
  return { url, state, api: new Api(await apiAt(url, { Authorization: `Basic ${basic}` })) };
}

function apiAt(baseURL: string, extraHTTPHeaders: Record<string, string>): Promise<APIRequestContext> {
  return request.newContext({ baseURL: `${baseURL}/`, extraHTTPHeaders });
}

/** The plugin's HTTP API; an answer that is no success fails the test. */
export class Api {
  constructor(private readonly context: APIRequestContext) {}

  get<T>(where: string): Promise<T> {
    return this.call('GET', where);
  }

  post<T>(where: string, data: unknown): Promise<T> {
    return this.call('POST', where, data);
  }

  /** Make something; null where it is there already, as in a Grafana that an earlier run has filled. */
  async make<T>(where: string, data: unknown): Promise<T | null> {
    const answer = await this.context.post(`${RESOURCES}/${where}`, { data });
    if (answer.status() === 409) {
      return null;
    }
    return this.taken(answer, `POST ${where}`);
  }

  patch<T>(where: string, data: unknown): Promise<T> {
    return this.call('PATCH', where, data);
  }

  put<T>(where: string, data: unknown): Promise<T> {
    return this.call('PUT', where, data);
  }

  /** The backend answers; it says itself that it is still starting. */
  async ready(): Promise<void> {
    for (let tries = 0; tries < 300; tries += 1) {
      if ((await this.context.get(`${RESOURCES}/incidents?limit=1`)).ok()) {
        return;
      }
      await new Promise((later) => setTimeout(later, 200));
    }
    throw new Error('the backend did not start within a minute');
  }

  close(): Promise<void> {
    return this.context.dispose();
  }

  private async call<T>(method: string, where: string, data?: unknown): Promise<T> {
    return this.taken(await this.context.fetch(`${RESOURCES}/${where}`, { method, data }), `${method} ${where}`);
  }

  private async taken<T>(answer: APIResponse, what: string): Promise<T> {
    if (!answer.ok()) {
      throw new Error(`${what}: ${answer.status()}: ${await answer.text()}`);
    }
    return answer.json();
  }
}

async function firstLine(process_: ChildProcess): Promise<string> {
  if (!process_.stdout) {
    throw new Error('the world has no output');
  }
  for await (const line of createInterface(process_.stdout)) {
    return line;
  }
  throw new Error(`the world ended before it was there (exit ${process_.exitCode})`);
}
