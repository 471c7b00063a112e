import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import * as oidc from 'openid-client';
import { Agent, buildConnector, fetch as send } from 'undici';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { HOST_DOCUMENTS, METADATA } from '../../src/http/base-path.ts';
import { createVisitor } from '../flows/visitor.ts';
import { createTestCertificate } from '../support/certificate.ts';
import { blocksIn, readDocument } from '../support/documents.ts';
import { type GatehouseProcess, runCommand, startGatehouse } from '../support/processes.ts';
import { authorize, PASSWORD, redeem } from '../support/relying-party.ts';
import { findFreePort } from '../support/services.ts';
import { removeWhenWeEnd } from '../support/watchdog.ts';
import { proxyPrograms, type RunningProxy } from './proxy-programs.ts';

/**
 * The snippets of docs/install in the real proxies. People come from 127.0.0.2 here, and the proxy from 127.0.0.1: so
 * it shows whose address Gatehouse believes.
 */

const CALLER = '127.0.0.2';
const FORGED = { 'x-forwarded-for': '203.0.113.9', 'x-request-id': 'chosen-by-the-caller' };
const REDIRECT_URI = 'https://books.example/callback';

let certificate: Awaited<ReturnType<typeof createTestCertificate>>;
let config: string;
beforeAll(async () => {
  certificate = await createTestCertificate({ names: 'DNS:id.example.com,DNS:example.com' });
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-proxies-'));
  removeWhenWeEnd(folder);
  config = join(folder, 'gatehouse.yaml');
  await writeFile(config, blocksIn('docs/webfinger.md')[0]?.text ?? '');
});
afterAll(() => certificate?.remove());

describe.each([
  ['on a host of its own', 'https://id.example.com'],
  ['below a path', 'https://example.com/id'],
])('%s', (_where, issuer) => {
  let gatehouse: GatehouseProcess;
  let client: { client_id: string; client_secret: string };
  let run: (args: string[], stdin?: string) => ReturnType<typeof runCommand>;
  const gatehousePort = findFreePort();
  beforeAll(async () => {
    const env = production(issuer);
    gatehouse = await startGatehouse({ env, port: await gatehousePort });
    run = (args, stdin = '') =>
      runCommand([...args, '--json'], { env: { ...env, DATA_DIR: gatehouse.dataDir }, stdin });
    const [created] = await Promise.all([
      run(['clients', 'create', '--name', 'Books', '--redirect-uri', REDIRECT_URI]),
      run(['users', 'create', '--email', 'ana@example.com', '--password-stdin'], PASSWORD),
    ]);
    client = created.json();
  });
  afterAll(() => gatehouse?.stop());

  describe.each(Object.entries(proxyPrograms))('behind %s', (_name, program) => {
    let proxy: RunningProxy;
    let browser: ReturnType<typeof createFetch>;
    beforeAll(async () => {
      proxy = await program.start({ issuer, gatehousePort: await gatehousePort, certificate });
      browser = createFetch(proxy, readFileSync(certificate.ca, 'utf8'));
    }, 600_000);
    afterAll(async () => {
      await browser?.close();
      await proxy?.stop();
    });

    test('a sign-in with a `state` of 4,000 characters comes back whole, over HTTP/2', async () => {
      const state = randomBytes(3000).toString('base64');
      const configuration = await oidc.discovery(
        new URL(issuer),
        client.client_id,
        client.client_secret,
        undefined,
        { [oidc.customFetch]: browser.fetch as never },
      );
      const party = {
        clientId: client.client_id,
        secret: undefined,
        redirectUri: REDIRECT_URI,
        configuration,
      };
      const visitor = createVisitor(issuer, FORGED, browser.fetch);
      const { callback, checks } = await authorize(
        { url: issuer },
        party,
        { email: 'ana@example.com' },
        { state },
        visitor,
      );
      expect(state).toHaveLength(4000);
      expect(callback.searchParams.get('state')).toBe(state);
      const tokens = await redeem(party, { callback, checks: { ...checks, expectedState: state } });
      expect(tokens.claims()?.iss).toBe(issuer);
      expect(browser.protocols).toEqual(new Set(['h2']));
    });

    test('the log has the address of the caller, whatever the caller claims', async () => {
      const answer = await browser.fetch(new URL(`${issuer}/account`), {
        headers: FORGED,
        redirect: 'manual',
      });
      await answer.arrayBuffer();
      const id = answer.headers.get('x-request-id') ?? '';
      expect(id).toMatch(/^[\w.-]{8,}$/);
      expect(id).not.toBe(FORGED['x-request-id']);
      const [line = ''] = await gatehouse.waitFor(new RegExp(`^.*"id":"${id}".*$`, 'm'));
      expect(JSON.parse(line)).toMatchObject({ network: CALLER });
    });

    test('the metadata is at every address where clients look for it', async () => {
      const { origin, pathname } = new URL(issuer);
      const base = pathname === '/' ? '' : pathname;
      const addresses = METADATA.flatMap((name) => [`${origin}${base}${name}`, `${origin}${name}${base}`]);
      for (const address of addresses) {
        const answer = await browser.fetch(new URL(address), {});
        expect({ address, ...((await answer.json()) as object) }).toMatchObject({ address, issuer });
      }
    });

    test('what belongs to the host is answered at its root, and nothing else below another site', async () => {
      for (const name of HOST_DOCUMENTS) {
        const answer = await browser.fetch(new URL(name, issuer), { redirect: 'manual' });
        await answer.arrayBuffer();
        expect({ name, isOurs: answer.headers.has('x-request-id') }).toEqual({ name, isOurs: true });
      }
      const root = await browser.fetch(new URL('/', issuer), { redirect: 'manual' });
      await root.arrayBuffer();
      expect(root.headers.has('x-request-id')).toBe(issuer === 'https://id.example.com');
    });

    test('plain http leads to https', async () => {
      const { host } = new URL(issuer);
      const answer = await browser.fetch(new URL(`http://${host}/id/account?a=b`), { redirect: 'manual' });
      await answer.arrayBuffer();
      expect([301, 308]).toContain(answer.status);
      expect(answer.headers.get('location')).toBe(`https://${host}/id/account?a=b`);
    });
  });

  test('the audit has the address of the caller behind each of them', async () => {
    const events = (await run(['audit', 'tail', '--user', 'ana@example.com'])).json<{ network?: string }[]>();
    const networks = events.flatMap(({ network }) => (network ? [network] : []));
    expect(new Set(networks)).toEqual(new Set([CALLER]));
  });

  test.each(['nginx', 'Caddy'])('%s of another domain hands WebFinger on', async (name) => {
    const place = { gatehousePort: await gatehousePort, certificate };
    // The other domain's server looks Gatehouse's up by name, and finds it at the root of its host.
    const own = (await proxyPrograms.nginx?.start({ ...place, issuer })) as RunningProxy;
    onTestFinished(own.stop);
    const other = await proxyPrograms[name]?.start({
      ...place,
      issuer: 'https://example.com',
      webfingerAt: own.httpsPort,
    });
    onTestFinished(async () => other?.stop());
    const browser = createFetch(other as RunningProxy, readFileSync(certificate.ca, 'utf8'));
    onTestFinished(browser.close);
    const address = 'https://example.com/.well-known/webfinger?resource=acct:ana@example.com';
    for (const asked of [address, address.replace('?', '/?')]) {
      const answer = await browser.fetch(asked, {});
      expect({ asked, status: answer.status, answer: await answer.json() }).toMatchObject({
        status: 200,
        answer: { subject: 'acct:ana@example.com', links: [{ href: issuer }] },
      });
    }
  });
});

test('every page names every address of Gatehouse outside of its path', () => {
  const pages = [...Object.values(proxyPrograms).map(({ document }) => document), 'docs/install/traefik.md'];
  for (const page of pages) {
    const text = readDocument(page);
    for (const name of METADATA) expect(text).toContain(`${name}/id`);
    for (const name of HOST_DOCUMENTS) expect(text).toContain(name.split('/').at(-1));
  }
});

test('every block of configuration on these pages is tried here, or says why not', () => {
  const pages = Object.values(proxyPrograms).flatMap(({ document }) => blocksIn(document));
  const others = pages.filter(({ language, mark }) => language !== 'sh' && !(mark && 'isRunBy' in mark));
  expect(others).toEqual([]);
});

/** What the pages tell to set. */
const production = (issuer: string) => ({
  ISSUER: issuer,
  HOST: '127.0.0.1',
  TRUST_PROXY: '1',
  SECRET_KEY: randomBytes(32).toString('base64'),
  SMTP_URL: 'none',
  CONFIG: config,
});

/** `fetch` that finds every host at the proxy, from an address of its own. */
function createFetch({ httpsPort, httpPort }: RunningProxy, ca: string) {
  const protocols = new Set<string>();
  const connect = buildConnector({ ca, allowH2: true });
  const dispatcher = new Agent({
    allowH2: true,
    connect(options, done) {
      const port = options.protocol === 'https:' ? httpsPort : httpPort;
      const target = { hostname: '127.0.0.1', port: String(port), servername: options.hostname };
      connect({ ...options, ...target, localAddress: CALLER }, (...[error, socket]) => {
        if (socket instanceof TLSSocket) protocols.add(String(socket.alpnProtocol));
        if (socket) done(null, socket);
        else done(error as Error, null);
      });
    },
  });
  return {
    protocols,
    fetch: (url: URL | string, init: RequestInit) =>
      send(url, { ...(init as object), dispatcher }) as unknown as Promise<Response>,
    close: () => dispatcher.close(),
  };
}
