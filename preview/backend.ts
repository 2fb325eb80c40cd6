/** Grafana's way to its server, over `fetch`, below the path that it is served under: answers as observables, failures as toasts unless unwanted. */
import { AppEvents } from '@grafana/data';
import { type BackendSrv, type BackendSrvRequest, type FetchResponse, getAppEvents } from '@grafana/runtime';
import { from, lastValueFrom, type Observable } from 'rxjs';

type Options = Partial<BackendSrvRequest>;

async function send<T>(request: BackendSrvRequest): Promise<FetchResponse<T>> {
  const query = new URLSearchParams(request.params).toString();
  const address = `${request.url}${query && `${request.url.includes('?') ? '&' : '?'}${query}`}`;
  const body = request.data === undefined || request.data === null ? undefined : request.data;
  const response = await fetch(new URL(address.replace(/^\//, ''), document.baseURI), {
    method: request.method ?? 'GET',
    headers: { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...request.headers },
    body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    signal: request.abortSignal,
  });
  const data = await contentOf(response, request.responseType);
  const answer = { data, status: response.status, statusText: response.statusText, config: request };
  if (!response.ok) {
    if (request.showErrorAlert !== false) {
      getAppEvents().publish({ type: AppEvents.alertError.name, payload: [messageOf(data, response.status)] });
    }
    throw answer;
  }
  return {
    ...answer,
    data: data as T,
    ok: true,
    headers: response.headers,
    redirected: response.redirected,
    type: response.type,
    url: response.url,
  };
}

async function contentOf(response: Response, kind: BackendSrvRequest['responseType']): Promise<unknown> {
  if (kind === 'blob' || kind === 'arraybuffer') {
    return kind === 'blob' ? response.blob() : response.arrayBuffer();
  }
  const text = await response.text();
  if (kind === 'text' || text === '') {
    return text;
  }
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function messageOf(data: unknown, status: number): string {
  const known = typeof data === 'object' && data !== null && 'message' in data ? data.message : undefined;
  return typeof known === 'string' ? known : `The server answered ${status}`;
}

/** As much of the service as plugins use. */
export const backend = {
  fetch: <T>(request: BackendSrvRequest): Observable<FetchResponse<T>> => from(send<T>(request)),
  request: async (request: BackendSrvRequest) => (await send(request)).data,
  datasourceRequest: (request: BackendSrvRequest) => send(request),
  get: (url: string, params?: object, requestId?: string, options?: Options) =>
    answerOf({ ...options, url, params: { ...params }, requestId }),
  post: (url: string, data?: unknown, options?: Options) => answerOf({ ...options, method: 'POST', url, data }),
  put: (url: string, data?: unknown, options?: Options) => answerOf({ ...options, method: 'PUT', url, data }),
  patch: (url: string, data?: unknown, options?: Options) => answerOf({ ...options, method: 'PATCH', url, data }),
  delete: (url: string, data?: unknown, options?: Options) => answerOf({ ...options, method: 'DELETE', url, data }),
} as unknown as BackendSrv;

async function answerOf(request: BackendSrvRequest): Promise<unknown> {
  return (await lastValueFrom(from(send(request)))).data;
}
