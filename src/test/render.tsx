/** Render a component as it lives in the app: router, query client and Grafana's services around it. */
import { EventBusSrv } from '@grafana/data';
import {
  type BackendSrv,
  type FetchResponse,
  type GrafanaLiveSrv,
  setAppEvents,
  setBackendSrv,
  setGrafanaLiveSrv,
} from '@grafana/runtime';
import { QueryClientProvider } from '@tanstack/react-query';
import { render as renderBare, type RenderResult } from '@testing-library/react';
import { type ReactNode } from 'react';
import { MemoryRouter, Route, Routes } from 'react-router-dom';
import { from, NEVER, type Observable } from 'rxjs';
import { newQueryClient } from '../api/queryClient';

interface Request {
  url: string;
  method?: string;
  data?: unknown;
  responseType?: string;
  abortSignal?: AbortSignal;
}

/** Grafana's fetch, over the real `fetch`, so that MSW sees every call. */
async function fetchAsGrafana(request: Request): Promise<FetchResponse<unknown>> {
  const response = await fetch(new URL(request.url, 'http://localhost'), {
    method: request.method ?? 'GET',
    headers: { 'Content-Type': 'application/json' },
    ...(request.data !== undefined && { body: JSON.stringify(request.data) }),
    ...(request.abortSignal && { signal: request.abortSignal }),
  });
  const text = await response.text();
  const data: unknown = request.responseType === 'text' || text === '' ? text : JSON.parse(text);
  if (!response.ok) {
    throw { status: response.status, statusText: response.statusText, data, config: request };
  }
  return { data, status: response.status, ok: true } as FetchResponse<unknown>;
}

/** Put Grafana's services in place for one test; returns the bus on which toasts travel. */
export function installGrafana(live: Observable<unknown> = NEVER): EventBusSrv {
  const events = new EventBusSrv();
  setAppEvents(events);
  setBackendSrv({ fetch: (request: Request) => from(fetchAsGrafana(request)) } as unknown as BackendSrv);
  setGrafanaLiveSrv({ getStream: () => live } as unknown as GrafanaLiveSrv);
  return events;
}

interface Where {
  /** Address below the app, with its query. */
  at?: string;
  /** Pattern that the component sits at. */
  path?: string;
  live?: Observable<unknown>;
}

export function render(
  ui: ReactNode,
  { at = '/', path = '*', live }: Where = {}
): RenderResult & { events: EventBusSrv } {
  const events = installGrafana(live);
  const result = renderBare(
    <QueryClientProvider client={newQueryClient()}>
      <MemoryRouter initialEntries={[at]}>
        <Routes>
          <Route path={path} element={ui} />
        </Routes>
      </MemoryRouter>
    </QueryClientProvider>
  );
  return { ...result, events };
}
