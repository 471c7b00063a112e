import { readFileSync } from 'node:fs';
import { createServer as createPlainServer } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { httpConfig } from '../../src/http/config.ts';
import { createOutgoing, isPublicAddress, type Lookup, type Outgoing } from '../../src/http/outgoing.ts';
import { createTestCertificate } from '../support/certificate.ts';
import { findFreePort } from '../support/services.ts';

let certificate: Awaited<ReturnType<typeof createTestCertificate>>;
let server: Server;
let plain: ReturnType<typeof createPlainServer>;
let asked: string[] = [];
let givenUp = 0;
let counted: object[] = [];
const opened: Outgoing[] = [];

const portOf = (each: { address(): unknown }) => (each.address() as AddressInfo).port;

beforeAll(async () => {
  certificate = await createTestCertificate({ names: 'DNS:app.example,DNS:localhost,IP:127.0.0.1' });
  const [cert, key] = [readFileSync(certificate.cert), readFileSync(certificate.key)];
  server = createServer({ cert, key }, (req, res) => {
    asked.push(`${req.method} ${req.url}`);
    const at = new URL(req.url ?? '/', 'https://app.example');
    const to = at.searchParams.get('to');
    if (to !== null) return res.writeHead(302, { Location: to }).end();
    if (at.pathname === '/loop') return res.writeHead(307, { Location: '/loop' }).end();
    if (at.pathname === '/endless') {
      res.writeHead(200);
      const timer = setInterval(() => res.write('x'), 5);
      return res.on('close', () => clearInterval(timer));
    }
    if (at.pathname === '/silent') return undefined;
    if (at.pathname === '/stale') {
      if (asked.length > 1) return res.on('close', () => (givenUp += 1));
      res.setHeader('Cache-Control', 'public, max-age=1, stale-while-revalidate=60');
    }
    if (at.pathname === '/bomb') {
      return res.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync(Buffer.alloc(3_000_000, 'a')));
    }
    if (at.pathname === '/kept') res.setHeader('Cache-Control', 'public, max-age=300');
    if (at.pathname === '/missing') res.statusCode = 404;
    return res.setHeader('Content-Type', 'application/json').end('{"a":1}');
  });
  plain = createPlainServer((_req, res) => res.end('plain'));
  for (const each of [server, plain]) await new Promise<void>((done) => each.listen(0, '127.0.0.1', done));
});

beforeEach(() => {
  asked = [];
  givenUp = 0;
  counted = [];
});

afterAll(async () => {
  await Promise.all(opened.map((each) => each.close()));
  server.closeAllConnections();
  server.close();
  plain.close();
  await certificate.remove();
});

/** `app.example` is our server; who is given no lookup of its own asks the system. */
function open(
  allow: string[],
  lookup: Lookup = means('127.0.0.1'),
  more: { backgroundMs?: number } = {},
): Outgoing {
  const outgoing = createOutgoing({
    config: { http: httpConfig.parse({ outgoing: { allow } }) },
    measure: ({ purpose, outcome }) => void counted.push({ purpose, outcome }),
    ca: [readFileSync(certificate.ca, 'utf8')],
    lookup,
    ...more,
  });
  opened.push(outgoing);
  return outgoing;
}

const means =
  (...addresses: string[]): Lookup =>
  (_host, _options, done) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );

const site = (path: string) => `https://app.example:${portOf(server)}${path}`;
const purpose = 'client_documents' as const;

test('answers like fetch', async () => {
  const answer = await open(['app.example']).fetch(site('/a?b=c'), { purpose });
  expect(answer).toBeInstanceOf(Response);
  expect([answer.status, answer.url, await answer.json()]).toEqual([200, site('/a?b=c'), { a: 1 }]);
  expect((await open(['app.example']).fetch(site('/missing'), { purpose })).status).toBe(404);
  expect(counted).toEqual([
    { purpose, outcome: 'answered' },
    { purpose, outcome: 'client_error' },
  ]);
});

test.each([
  ['a private address', ['10.0.0.1']],
  ['loopback', ['127.0.0.1']],
  ['the metadata of a cloud', ['169.254.169.254']],
  ['IPv6 loopback', ['::1']],
  ['IPv4 inside IPv6', ['::ffff:127.0.0.1']],
  ['IPv4 inside IPv6, in hexadecimal', ['::ffff:7f00:1']],
  ['6to4 around a private address', ['2002:7f00:1::']],
  ['NAT64 around a private address', ['64:ff9b::7f00:1']],
  ['a unique local address', ['fd00::1']],
  ['a good address and a bad one', ['93.184.216.34', '127.0.0.1']],
])('calls no name that leads to %s', async (_what, addresses) => {
  const call = open([], means(...addresses)).fetch(site('/'), { purpose });
  await expect(call).rejects.toMatchObject({ code: 'http.outgoing_refused' });
  expect(asked).toEqual([]);
  expect(counted).toEqual([{ purpose, outcome: 'refused' }]);
});

test('a name that means another address the second time leads nowhere else (DNS rebinding)', async () => {
  const answers = [['127.0.0.1'], ['10.0.0.1']];
  let lookups = 0;
  const lookup: Lookup = (host, options, done) => {
    lookups += 1;
    means(...(answers.shift() ?? ['10.0.0.1']))(host, options, done);
  };
  // Loopback is open here and the private network is not: the address that was judged is the one that is called.
  const outgoing = open(['127.0.0.0/8'], lookup);
  expect((await outgoing.fetch(site('/'), { purpose })).status).toBe(200);
  expect(lookups).toBe(1);
  server.closeAllConnections();
  await expect(outgoing.fetch(site('/again'), { purpose })).rejects.toMatchObject({
    code: 'http.outgoing_refused',
  });
  expect(asked).toEqual(['GET /']);
});

test.each([
  ['an address', (port: number) => `https://127.0.0.1:${port}/`],
  ['an address in one number', (port: number) => `https://2130706433:${port}/`],
  ['an address in octal', (port: number) => `https://0177.0.0.1:${port}/`],
  ['an IPv6 address', (port: number) => `https://[::1]:${port}/`],
  ['IPv4 inside IPv6', (port: number) => `https://[::ffff:127.0.0.1]:${port}/`],
  ['nothing at all', (port: number) => `https://0.0.0.0:${port}/`],
  ['plain http', () => `http://app.example:${portOf(plain)}/`],
  ['a password in it', (port: number) => `https://a:b@app.example:${port}/`],
  ['another scheme', () => 'file:///etc/passwd'],
])('calls no URL of %s', async (_what, url) => {
  await expect(open([]).fetch(url(portOf(server)), { purpose })).rejects.toMatchObject({
    code: 'http.outgoing_refused',
  });
  expect(asked).toEqual([]);
});

test.each(['127.0.0.1', '127.0.0.0/8'])(
  'what the operator opens (%s) is called, by plain http too',
  async (allow) => {
    const outgoing = open([allow]);
    expect((await outgoing.fetch(`https://127.0.0.1:${portOf(server)}/`, { purpose })).status).toBe(200);
    const answer = await outgoing.fetch(`http://127.0.0.1:${portOf(plain)}/`, { purpose });
    expect(await answer.text()).toBe('plain');
  },
);

test('a redirect is followed to the same origin only, and not for ever', async () => {
  const outgoing = open(['app.example', '127.0.0.1']);
  const followed = await outgoing.fetch(site('/?to=/here'), { purpose });
  expect([followed.status, followed.url]).toEqual([200, site('/here')]);
  for (const path of [
    `/?to=https://127.0.0.1:${portOf(server)}/`,
    `/?to=http://app.example:${portOf(server)}/`,
    '/loop',
  ]) {
    await expect(outgoing.fetch(site(path), { purpose })).rejects.toMatchObject({
      code: 'http.outgoing_refused',
    });
  }
  expect(asked.filter((each) => each === 'GET /loop')).toHaveLength(4);
  const posted = await outgoing.fetch(site('/?to=/here'), { purpose, method: 'POST', body: 'a' });
  expect(posted.status).toBe(302);
});

test.each([
  ['/endless', 300],
  ['/silent', 300],
  ['/silent', 6_500], // longer than the default: no other clock may end it
])('an answer that does not end in time is given up: %s, after %i ms', async (path, timeoutMs) => {
  await expect(open(['app.example']).fetch(site(path), { purpose, timeoutMs })).rejects.toMatchObject({
    code: 'http.outgoing_failed',
    detail: { why: 'timeout', origin: new URL(site('/')).origin },
  });
});

test('an answer that is too long is given up, as it is when it was packed', async () => {
  const outgoing = open(['app.example']);
  for (const [path, maxBytes] of [
    ['/bomb', 1_000_000],
    ['/', 3],
  ] as const) {
    await expect(outgoing.fetch(site(path), { purpose, maxBytes })).rejects.toMatchObject({
      code: 'http.outgoing_failed',
      detail: { why: `the answer is longer than ${maxBytes} bytes` },
    });
  }
});

test('a document is kept as long as its headers say', async () => {
  const outgoing = open(['app.example']);
  for (const path of ['/kept', '/kept', '/fresh', '/fresh']) await outgoing.fetch(site(path), { purpose });
  expect(asked).toEqual(['GET /kept', 'GET /fresh', 'GET /fresh']);
});

test('what the cache asks anew by itself (RFC 5861) is given up in time, too', async () => {
  const outgoing = open(['app.example'], undefined, { backgroundMs: 1_000 });
  const askAgain = async () => {
    expect(await (await outgoing.fetch(site('/stale'), { purpose })).json()).toEqual({ a: 1 });
    return asked.length;
  };
  await expect.poll(askAgain, { timeout: 10_000 }).toBeGreaterThan(1);
  await expect.poll(() => asked.length - givenUp, { timeout: 10_000 }).toBe(1);
});

test('a server that is not there, and a certificate of a stranger, are said', async () => {
  const outgoing = createOutgoing({
    config: { http: httpConfig.parse({ outgoing: { allow: ['app.example'] } }) },
    measure: () => {},
    lookup: means('127.0.0.1'),
  });
  opened.push(outgoing);
  await expect(outgoing.fetch(site('/secret?code=1'), { purpose })).rejects.toSatisfy(
    (error: Error) => error.message.includes('UNABLE_TO_VERIFY') && !error.message.includes('secret'),
  );
  await expect(
    outgoing.fetch(`https://app.example:${await findFreePort()}/`, { purpose }),
  ).rejects.toMatchObject({
    detail: { why: 'ECONNREFUSED' },
  });
});

test('tells what is of the public internet', () => {
  for (const address of ['93.184.216.34', '8.8.8.8', '2606:4700::1111', '2a00:1450:4001::1'])
    expect([address, isPublicAddress(address)]).toEqual([address, true]);
  for (const address of [
    ...[
      '0.1.2.3',
      '10.9.9.9',
      '100.64.0.1',
      '127.8.8.8',
      '169.254.1.1',
      '172.31.0.1',
      '192.0.0.8',
      '192.0.2.1',
    ],
    ...['192.88.99.1', '192.168.1.1', '198.19.0.1', '198.51.100.1', '203.0.113.1', '224.0.0.1', '240.0.0.1'],
    ...[
      '255.255.255.255',
      '::',
      '::1',
      '::127.0.0.1',
      'fe80::1',
      'fc00::1',
      'ff02::1',
      '100::1',
      '64:ff9b::1',
    ],
    ...['2001::1', '2001:db8::1', '2002::1', '3fff::1', '5f00::1', 'not an address', ''],
  ])
    expect([address, isPublicAddress(address)]).toEqual([address, false]);
});

test.each(['10.0.0.0/8', '::1', 'fd00::/8', 'idp.internal', 'localhost'])('the setting takes %s', (entry) => {
  expect(httpConfig.parse({ outgoing: { allow: [entry] } }).outgoing.allow).toEqual([entry]);
});

test.each(['10.0.0.0/33', '::/129', 'https://a.example', 'a.example/', '', '10.0.0.0/8/8'])(
  'the setting refuses %s',
  (entry) => {
    expect(httpConfig.safeParse({ outgoing: { allow: [entry] } }).success).toBe(false);
  },
);
