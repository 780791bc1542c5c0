// The one place that speaks HTTP: credentials, ETags, idempotency keys, problem+json. Knows no page.

const BASE = '/api/v1';
const REMEMBERED = 40; // answers kept to reply to a 304; they may hold client data, so never on disk, and forget() empties them

export interface FieldError { pointer: string; detail: string }

/** An answer outside 2xx, told as RFC 9457 problem details. */
export class ProblemError extends Error {
  constructor(
    readonly status: number,
    readonly type: string,
    readonly title: string,
    readonly detail: string,
    readonly errors: FieldError[],
    readonly body: Record<string, unknown>,
  ) {
    super(detail || title);
  }
}

interface Answer<T> { data: T; etag: string | null }

interface Options {
  body?: unknown;
  ifMatch?: string | number | undefined; // a version is quoted, an ETag is sent as it is
  key?: string; // Idempotency-Key: the same for every try of one intended change
  background?: boolean; // a poll: does not keep the session alive
  signal?: AbortSignal;
}

const remembered = new Map<string, Answer<unknown>>();
let csrf: string | null = null;
const onSignedOut = new Set<() => void>();

export function setCsrf(token: string | null): void {
  csrf = token;
}

/** Called when an answer says that nobody is signed in any more. Returns the unsubscription. */
export function whenSignedOut(tell: () => void): () => void {
  onSignedOut.add(tell);
  return () => onSignedOut.delete(tell);
}

export function forget(): void {
  remembered.clear();
}

export function newKey(): string {
  return crypto.randomUUID();
}

export async function send<T>(method: string, path: string, options: Options = {}): Promise<Answer<T>> {
  const reading = method === 'GET';
  const known = reading ? remembered.get(path) : undefined;
  const headers: Record<string, string> = { Accept: 'application/json, application/problem+json' };
  if (options.body !== undefined) headers['Content-Type'] = 'application/json';
  if (!reading && csrf) headers['X-CSRF-Token'] = csrf;
  if (known?.etag) headers['If-None-Match'] = known.etag;
  if (options.ifMatch !== undefined) {
    headers['If-Match'] = typeof options.ifMatch === 'number' ? `"${options.ifMatch}"` : options.ifMatch;
  }
  if (options.key) headers['Idempotency-Key'] = options.key;
  if (options.background) headers['X-Ninefold-Background'] = '1';

  const response = await fetch(BASE + path, {
    method,
    headers,
    body: options.body === undefined ? null : JSON.stringify(options.body),
    credentials: 'same-origin',
    signal: options.signal ?? null,
  });
  if (response.status === 304 && known) return known as Answer<T>;
  if (!response.ok) throw await problem(response, path);
  const data = (response.status === 204 ? null : await response.json()) as T;
  const answer = { data, etag: response.headers.get('ETag') };
  if (reading && answer.etag) {
    remembered.delete(path);
    remembered.set(path, answer);
    if (remembered.size > REMEMBERED) remembered.delete(remembered.keys().next().value as string);
  }
  return answer;
}

export const get = async <T>(path: string, options?: Options): Promise<T> => (await send<T>('GET', path, options)).data;
export const post = async <T>(path: string, body: unknown, options?: Options): Promise<T> =>
  (await send<T>('POST', path, { ...options, body })).data;
export const put = async <T>(path: string, body: unknown, options?: Options): Promise<T> =>
  (await send<T>('PUT', path, { ...options, body })).data;
export const remove = async (path: string, options?: Options): Promise<void> => {
  await send('DELETE', path, options);
};

async function problem(response: Response, path: string): Promise<ProblemError> {
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  if (response.status === 401 && !path.startsWith('/sessions')) onSignedOut.forEach((tell) => tell());
  const text = (name: string): string => (typeof body[name] === 'string' ? body[name] : '');
  return new ProblemError(
    response.status,
    text('type'),
    text('title') || (response.status === 503 ? 'Ninefold is not ready' : `Error ${response.status}`),
    text('detail'),
    Array.isArray(body['errors']) ? (body['errors'] as FieldError[]) : [],
    body,
  );
}

/** `{a: 1, b: undefined}` -> `?a=1`; empty values are left out. */
export function query(parameters: Record<string, string | number | boolean | null | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== null && value !== '' && value !== false) search.set(name, String(value));
  }
  const text = search.toString();
  return text && `?${text}`;
}
