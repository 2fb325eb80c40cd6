/** A loader of AMD modules, as much of one as Grafana's plugins need: one anonymous `define` in each file. */
import { shared } from './shared';

type Factory = (...dependencies: unknown[]) => unknown;

const loaded = new Map<string, Promise<Record<string, unknown>>>();
let defined: unknown;

function define(names: string | string[] | Factory, factory?: Factory): void {
  if (typeof names === 'string') {
    return; // A library that names itself, such as a tool that a test brings in; plugins are anonymous.
  }
  const [needed, made] = Array.isArray(names) ? [names, factory] : [[], names];
  defined = made?.(...needed.map(find));
}
define.amd = {};
Object.assign(window, { define });

function find(name: string): unknown {
  if (!(name in shared)) {
    throw new Error(`the plugin asks for ${name}, which Grafana does not share`);
  }
  return shared[name];
}

/** The exports of a plugin's `module.js`; each is loaded once. */
export function load(address: string): Promise<Record<string, unknown>> {
  const known = loaded.get(address) ?? run(address);
  loaded.set(address, known);
  return known;
}

async function run(address: string): Promise<Record<string, unknown>> {
  const script = document.createElement('script');
  script.src = address;
  await new Promise((done, failed) => {
    script.onload = done;
    script.onerror = () => failed(new Error(`${address} could not be loaded: is the frontend built?`));
    document.head.append(script);
  });
  const exports = defined;
  defined = undefined;
  if (typeof exports !== 'object' || exports === null) {
    throw new Error(`${address} defines no module`);
  }
  return { ...exports };
}
