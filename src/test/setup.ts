import '@testing-library/jest-dom/vitest';
import { configure } from '@testing-library/dom';
import type { PluginPageProps } from '@grafana/runtime';
import { createElement } from 'react';
import { afterAll, afterEach, beforeAll, vi } from 'vitest';
import { server } from './server';

// Outside Grafana its page shows the content only; here what a plugin puts beside the title is there too.
vi.mock('@grafana/runtime', async (original) => ({
  ...(await original<typeof import('@grafana/runtime')>()),
  PluginPage: ({ actions, children }: PluginPageProps) => createElement('div', null, actions, children),
}));

// What jsdom lacks and @grafana/ui asks for.
class NoObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
  takeRecords() {
    return [];
  }
}
Object.assign(globalThis, { ResizeObserver: NoObserver, IntersectionObserver: NoObserver });
Object.defineProperty(window, 'matchMedia', {
  value: (query: string) => ({
    matches: false,
    media: query,
    addEventListener() {},
    removeEventListener() {},
    addListener() {},
    removeListener() {},
  }),
});

// Virtual lists ask how large they are; jsdom lays nothing out.
Object.defineProperties(HTMLElement.prototype, {
  clientHeight: { configurable: true, get: () => 600 },
  clientWidth: { configurable: true, get: () => 1000 },
});

// Comboboxes measure their texts on a canvas, which jsdom has not.
const canvas = { measureText: (text: string) => ({ width: text.length * 8 }) };
HTMLCanvasElement.prototype.getContext = (() => canvas) as unknown as HTMLCanvasElement['getContext'];

// Machines that are shared are slow at times; a test that waits for what never comes fails all the same.
configure({ asyncUtilTimeout: 5_000 });

beforeAll(() => server.listen({ onUnhandledFrame: 'error' }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());
