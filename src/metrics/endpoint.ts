import type { IncomingHttpHeaders, Server } from 'node:http';
import type { Route } from '../http/routes.ts';
import { defineError } from '../lib/errors.ts';
import { isSecretOf, sha256 } from '../lib/secret.ts';
import type { MetricsConfig } from './config.ts';

/** The port of `metrics.port` is taken, or may not be opened by this user. */
export const metricsPortUnavailable = defineError(
  'metrics.port_unavailable',
  500,
  ({ port, host, why }) => `metrics.port: ${host}:${port} cannot be opened (${why}); choose another one.`,
);

type Source = { token?: string | undefined; text(): Promise<string> };

/** `GET /metrics` among the other addresses, for who shows the token (RFC 6750 §2.1). */
export function createMetricsRoutes(source: Source & { token: string }): Route[] {
  return [
    {
      method: 'GET',
      path: '/metrics',
      headers: 'api',
      async handle(ctx) {
        const { status, headers, body } = await answer(ctx.req.headers, source);
        ctx.status = status;
        ctx.set(headers);
        ctx.body = body;
      },
    },
  ];
}

/** The port of `metrics.port`. It answers `GET /metrics` and nothing else. */
export function createMetricsPort({ settings, ...source }: Source & { settings: MetricsConfig }) {
  const { port, host } = settings;
  let server: Server | undefined;
  return {
    async start(): Promise<void> {
      if (port === undefined) return;
      // Not for a command: it brings Node's own HTTP client along.
      const { createServer } = await import('node:http');
      const opened = createServer(async (req, res) => {
        const path = req.url?.split('?', 1)[0];
        const found = req.method === 'GET' && path === '/metrics';
        const { status, headers, body } = found ? await answer(req.headers, source) : NOT_FOUND;
        res.writeHead(status, headers).end(body);
      });
      server = opened;
      await new Promise<void>((resolve, reject) => {
        opened.once('error', (cause: NodeJS.ErrnoException) =>
          reject(metricsPortUnavailable({ port, host, why: cause.code }, cause)),
        );
        opened.listen({ port, host }, resolve);
      });
      opened.unref();
    },

    async stop(): Promise<void> {
      if (!server?.listening) return;
      const closed = new Promise((resolve) => server?.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

type Answer = { status: number; headers: Record<string, string>; body: string };

const PLAIN = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' };
const NOT_FOUND: Answer = { status: 404, headers: PLAIN, body: 'Prometheus reads /metrics.\n' };

async function answer(headers: IncomingHttpHeaders, { token, text }: Source): Promise<Answer> {
  if (token !== undefined && !isSecretOf([sha256(token)], bearerOf(headers))) {
    const challenge = { 'WWW-Authenticate': 'Bearer realm="metrics"' };
    return {
      status: 401,
      headers: { ...PLAIN, ...challenge },
      body: 'METRICS_TOKEN is needed as a bearer token.\n',
    };
  }
  try {
    const type = 'text/plain; version=0.0.4; charset=utf-8';
    return { status: 200, headers: { ...PLAIN, 'Content-Type': type }, body: await text() };
  } catch {
    return { status: 503, headers: PLAIN, body: 'The figures cannot be read now.\n' };
  }
}

function bearerOf({ authorization = '' }: IncomingHttpHeaders): string {
  return /^Bearer (\S+)$/i.exec(authorization)?.[1] ?? '';
}
