import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { createCsrf } from '../../src/http/csrf.ts';
import type { IssuerConfig } from '../../src/http/issuer.ts';
import { createListener } from '../../src/http/listen.ts';
import { createPages } from '../../src/http/page.ts';
import type { LocaleChooser } from '../../src/http/request-id.ts';
import type { Route, RouteContext } from '../../src/http/routes.ts';
import { createServer, type ServerDeps } from '../../src/http/server.ts';

export type Answer = { status: number; headers: IncomingHttpHeaders; body: string; raw: Buffer };

export type Asked = {
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
  /** The address to connect to, 127.0.0.1 unless said. */
  connectTo?: string;
};

export type LogLine = { level: string; message: string } & Record<string, unknown>;

/**
 * A real server on a free port, with the given routes and pages that show their data as JSON. `ask` sends exactly
 * these headers and no others; `sendRaw` sends bytes.
 */
export async function startServer(
  options: Partial<Pick<ServerDeps, 'routes' | 'fallback' | 'rateLimit' | 'overload' | 'documents'>> & {
    issuer?: string;
    trustProxy?: ServerDeps['config']['trustProxy'];
    chooseLocale?: LocaleChooser;
    host?: string;
    apiClients?: { points: number; perSeconds: number };
  } = {},
) {
  const issuer = options.issuer ?? 'http://localhost:3000';
  const config = {
    ...issuerConfig(issuer),
    brand: { name: 'Acme' },
    trustProxy: options.trustProxy ?? 0,
    http: { hstsSeconds: 31_536_000 },
    rateLimit: { apiClients: options.apiClients ?? { points: 0, perSeconds: 60 } },
  };
  const logs: LogLine[] = [];
  const log = (level: string) => (fields: object, message: string) => {
    logs.push({ level, message, ...fields });
  };
  const csrf = createCsrf({ config, key: Buffer.alloc(32, 7) });
  const views = {
    html: (screen: string, data: unknown, frame: unknown) =>
      `<!doctype html><title>${screen}</title>${JSON.stringify({ data, frame })}`,
    goOnScriptHash: 'sha256-dGhlIHNjcmlwdA==',
  };
  const pages = createPages({ views, csrf, config });
  const notThere = async () => {
    const { notFound } = await import('../../src/http/errors.ts');
    throw notFound();
  };
  const { callback } = createServer({
    config,
    csrf,
    pages,
    logger: { error: log('error'), warn: log('warn'), info: log('info'), debug: log('debug') },
    routes: options.routes ?? [],
    rateLimit: options.rateLimit ?? { hit: () => Promise.reject(new Error('nothing is counted here')) },
    overload: options.overload ?? neverTooMuch,
    ...(options.documents ? { documents: options.documents } : {}),
    fallback: options.fallback ?? notThere,
    chooseLocale: options.chooseLocale ?? (() => 'en'),
  });
  const listener = createListener({ callback, config: { host: options.host ?? '127.0.0.1', port: 0 } });
  const { port } = await listener.listen();

  return {
    port,
    logs,
    csrf,
    pages,
    ask: (path: string, asked: Asked = {}) => ask(port, path, asked),
    sendRaw: (bytes: string | Buffer) => sendRaw(port, bytes),
    close: () => listener.close(0),
  };
}

/** For tests of anything else: whatever comes is let in. */
const neverTooMuch: ServerDeps['overload'] = { wrap: (callback) => callback, refuse: (_, next) => next() };

export function issuerConfig(issuer: string): IssuerConfig {
  const { pathname, protocol, hostname } = new URL(issuer);
  return {
    issuer,
    base: pathname === '/' ? '' : pathname,
    isSecure: protocol === 'https:',
    isLoopback: hostname === 'localhost',
  };
}

/** The routes of most tests: a page, a form, an API. */
export function sampleRoutes(show: (ctx: RouteContext) => void): Route[] {
  return [
    { method: 'GET', path: '/page', handle: show },
    { method: 'GET', path: '/own', headers: 'account', handle: show },
    { method: 'POST', path: '/form', body: 'form', handle: (ctx) => answerJson(ctx, { ...ctx.state.form }) },
    {
      method: 'POST',
      path: '/api',
      body: 'json',
      headers: 'api',
      handle: (ctx) => answerJson(ctx, ctx.state.json),
    },
  ];
}

export function answerJson(ctx: RouteContext, value: unknown): void {
  ctx.status = 200;
  ctx.type = 'application/json';
  ctx.body = JSON.stringify(value);
}

function ask(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body, connectTo = '127.0.0.1' }: Asked,
) {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const sent = request(
    {
      host: connectTo,
      port,
      path,
      method,
      agent: false,
      headers: {
        host: 'localhost:3000',
        ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
        ...headers,
      },
    },
    (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('error', reject);
      res.on('end', () => {
        const raw = Buffer.concat(chunks);
        resolve({ status: res.statusCode ?? 0, headers: res.headers, body: raw.toString(), raw });
      });
    },
  );
  sent.on('error', reject);
  sent.end(body);
  return promise;
}

/** Everything that comes back until the server closes the connection. */
function sendRaw(port: number, bytes: string | Buffer): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let received = '';
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
  socket.on('data', (chunk) => {
    received += chunk.toString();
  });
  socket.on('error', () => {});
  socket.on('close', () => resolve(received));
  return promise;
}
