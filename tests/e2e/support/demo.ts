/** The demo as a person starts it: real Prometheus and Alertmanager, the shop, and the story that plays in it. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { previewHost, type World } from './world';

const ROOT = path.resolve(import.meta.dirname, '../../..');

/** Start the demo; the world is there as soon as its host is, long before the story ends. */
export async function startDemo(): Promise<{ world: World; stop: () => void }> {
  const demo = spawn(path.join(ROOT, '.venv/bin/python'), ['-B', '-m', 'scripts.demo'], {
    cwd: ROOT,
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = () => void demo.kill('SIGINT');
  try {
    const { login, token } = await addresses(demo);
    return { world: await previewHost(new URL(login).origin, login, token), stop };
  } catch (error) {
    stop();
    throw error;
  }
}

/** The demo prints its one-time link and a token among the first lines. */
function addresses(demo: ReturnType<typeof spawn>): Promise<{ login: string; token: string }> {
  return new Promise((done, failed) => {
    let login = '';
    demo.on('exit', (code) => failed(new Error(`the demo ended with ${code}`)));
    if (!demo.stdout) {
      failed(new Error('the demo has no output'));
      return;
    }
    createInterface(demo.stdout).on('line', (line) => {
      login = /(http:\S+\/login\?token=\S+)/.exec(line)?.[1] ?? login;
      const token = /Bearer (\S+)/.exec(line)?.[1];
      if (login && token) {
        done({ login, token });
      }
    });
  });
}
