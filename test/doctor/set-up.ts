import { createServer, type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { onTestFinished } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { examine, type Finding } from '../../src/doctor/doctor.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { startAppForTest, type TestApp, type TestAppOptions } from '../support/app.ts';
import { listenOn } from '../support/site.ts';

/** What the doctor says with this environment; `settings` are sections of the YAML file. */
export async function findingsOf(
  environment: Record<string, string>,
  {
    clock = { now: () => Date.now() },
    settings = {},
    isOffline = true,
  }: { clock?: Clock; settings?: Record<string, object>; isOffline?: boolean } = {},
): Promise<Map<string, Finding>> {
  const config = loadConfig(environment);
  const changed = Object.entries(settings).map(([name, section]) => [
    name,
    { ...(config as unknown as Record<string, object>)[name], ...section },
  ]);
  const findings = await examine({ ...config, ...Object.fromEntries(changed) }, { clock, isOffline });
  return new Map(findings.map((finding) => [finding.check, finding]));
}

export type ProxyChanges = {
  /** What the proxy does to the headers of a request; by default it appends its peer to X-Forwarded-For. */
  ask?(headers: IncomingHttpHeaders): IncomingHttpHeaders;
  /** What it does to an answer's headers. */
  answer?(headers: IncomingHttpHeaders, path: string): OutgoingHttpHeaders;
  /** Answers by itself. */
  instead?(path: string): { status: number; headers?: OutgoingHttpHeaders; body?: string } | undefined;
};

/** A real server behind a real proxy, whose address is the issuer. */
export async function behindProxy(
  changes: ProxyChanges = {},
  {
    tls,
    clock,
    environment = {},
  }: { tls?: { cert: string | Buffer; key: string | Buffer } } & Pick<
    TestAppOptions,
    'clock' | 'environment'
  > = {},
) {
  let target: URL | undefined;
  const handle: Parameters<typeof createServer>[1] = (req, res) => {
    const path = (req.url ?? '').split('?', 1)[0] ?? '';
    const own = changes.instead?.(path);
    if (own) return void res.writeHead(own.status, own.headers).end(own.body);
    const headers = (changes.ask ?? appendPeer)({ ...req.headers });
    const passed = request(
      { host: target?.hostname, port: target?.port, method: req.method, path: req.url, headers },
      (answer) => {
        res.writeHead(answer.statusCode ?? 502, changes.answer?.(answer.headers, path) ?? answer.headers);
        answer.pipe(res);
      },
    );
    passed.on('error', () => res.writeHead(502).end());
    req.pipe(passed);
  };
  const proxy = tls ? createSecureServer(tls, handle) : createServer(handle);
  const { port, close } = await listenOn(proxy);
  onTestFinished(close);
  const issuer = `${tls ? 'https' : 'http'}://localhost:${port}`;
  const own = { ISSUER: issuer, TRUST_PROXY: '1', ...environment };
  const started: TestApp = await startAppForTest({ environment: own, ...(clock ? { clock } : {}) });
  const node = await started.startNode();
  onTestFinished(node.close);
  target = new URL(node.origin);
  const environmentOfDoctor = { DATA_DIR: started.dataDir, ...own };
  return {
    issuer,
    started,
    environment: environmentOfDoctor,
    examine: (options: Parameters<typeof findingsOf>[1] = {}) =>
      findingsOf(environmentOfDoctor, { isOffline: false, ...options }),
  };
}

export function appendPeer(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const before = headers['x-forwarded-for'];
  return { ...headers, 'x-forwarded-for': [before, '192.0.2.9'].filter(Boolean).join(', ') };
}
