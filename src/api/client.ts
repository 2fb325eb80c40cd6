/**
 * One way to the backend: a call of Grafana's resource route, a typed answer or an `ApiError`.
 *
 * Nothing else in the frontend calls `getBackendSrv`. What routes take and answer is generated from the OpenAPI
 * document of the backend (`routes.gen.ts`), so it is asserted here, once, and nowhere else.
 */
import { getBackendSrv, isFetchError } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';
import { RESOURCES } from '../constants';
import { isRecord, isString } from '../lib/guards';
import { type Route } from './routes.gen';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export type QueryValue = string | number | boolean | undefined | null | readonly string[];

export interface AskOptions {
  /** Query parameters; lists repeat the name, empty values are left out. */
  params?: Record<string, QueryValue>;
  signal?: AbortSignal;
}

export interface CallOptions extends AskOptions {
  body?: unknown;
}

/** The route of a method with a path, if there is one: the path is spelled as the document spells it. */
type RouteOf<M extends Method, P extends string> = P extends string ? Fitting<M, P, Route> : never;
type Fitting<M, P, R> = R extends { method: M; path: infer Q } ? ([P, Q] extends [Q, P] ? R : never) : never;

/** What a call says beside its path: a body where the route takes one. A route that is not there takes nothing. */
type Said<R> = [R] extends [never]
  ? ['no route has this method and path']
  : R extends { body: undefined }
    ? [options?: AskOptions]
    : R extends { body: infer B }
      ? [options: AskOptions & { body: B }]
      : never;

/** What a route answers. */
type Answered<R> = R extends { answer: infer A } ? A : never;

/** One field and what is wrong with it. */
export interface FieldProblem {
  path: string;
  problem: string;
}

/** Why a call failed: the backend's stable code and its text, which is safe to show. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly code: string,
    readonly problems: readonly FieldProblem[] = [],
    readonly retryable = false
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

/** Ask for a JSON answer. */
export function read<P extends string>(
  path: P,
  ...said: Said<RouteOf<'GET', P>>
): Promise<Answered<RouteOf<'GET', P>>> {
  return call('GET', path, ...said);
}

/**
 * Call a route of the backend; its body and its answer are those of the OpenAPI document.
 *
 * @param path below the plugin's resources; each part that holds foreign text through `segment`.
 * @throws ApiError also when nothing answered.
 */
export async function call<M extends Method, P extends string>(
  method: M,
  path: P,
  ...said: Said<RouteOf<M, P>>
): Promise<Answered<RouteOf<M, P>>> {
  const [options] = said as [CallOptions?];
  return (await send(method, path, options ?? {}, 'json')) as Answered<RouteOf<M, P>>;
}

/** Ask for a text (an export, a report) as it is. */
export async function readText<P extends string>(path: P, ...said: Said<RouteOf<'GET', P>>): Promise<string> {
  const [options] = said as [AskOptions?];
  const answer = await send('GET', path, options ?? {}, 'text');
  return isString(answer) ? answer : '';
}

/** Call a route of Grafana itself, by its whole path. The answer is foreign: narrow it. */
export function callGrafana(method: Method, url: string, options: CallOptions = {}): Promise<unknown> {
  return fetchFrom(url, method, options, 'json');
}

/** Foreign text as one segment of a path. */
export function segment(text: string | number): string {
  return encodeURIComponent(text);
}

function send(method: Method, path: string, options: CallOptions, responseType: 'json' | 'text'): Promise<unknown> {
  return fetchFrom(`${RESOURCES}/${path}`, method, options, responseType);
}

async function fetchFrom(
  address: string,
  method: Method,
  options: CallOptions,
  responseType: 'json' | 'text'
): Promise<unknown> {
  const query = queryOf(options.params);
  try {
    const answer = await lastValueFrom(
      getBackendSrv().fetch({
        url: `${address}${query && `?${query}`}`,
        method,
        data: options.body,
        responseType,
        showErrorAlert: false,
        ...(options.signal && { abortSignal: options.signal }),
      })
    );
    return answer.data;
  } catch (error) {
    throw apiError(error);
  }
}

function queryOf(params: CallOptions['params'] = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    const values = Array.isArray(value) ? value : [value];
    for (const each of values) {
      if (each !== undefined && each !== null && each !== '') {
        query.append(name, String(each));
      }
    }
  }
  return query.toString();
}

/** Anything thrown on the way, as an `ApiError`. */
export function apiError(error: unknown): ApiError {
  if (error instanceof ApiError) {
    return error;
  }
  if (isFetchError(error)) {
    return fromBody(error.status, error.data) ?? new ApiError(plain(error.status), error.status, 'http', [], true);
  }
  const message = error instanceof Error ? error.message : 'the backend did not answer';
  return new ApiError(message, 0, 'unreachable', [], true);
}

function fromBody(status: number, data: unknown): ApiError | null {
  const body = parsed(data);
  if (!isRecord(body) || !isString(body.message)) {
    return null;
  }
  const problems = Array.isArray(body.problems) ? body.problems.flatMap(problemOf) : [];
  const code = isString(body.code) ? body.code : 'http';
  return new ApiError(body.message, status, code, problems, body.retryable === true);
}

/** An error of a text route comes as text, but is JSON all the same. */
function parsed(data: unknown): unknown {
  if (!isString(data)) {
    return data;
  }
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}

function problemOf(value: unknown): FieldProblem[] {
  return isRecord(value) && isString(value.path) && isString(value.problem)
    ? [{ path: value.path, problem: value.problem }]
    : [];
}

function plain(status: number): string {
  return status > 0 ? `the backend answered ${status}` : 'the backend did not answer';
}
