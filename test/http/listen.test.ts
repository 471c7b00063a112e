import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { readBody } from '../../src/http/body.ts';
import { createListener } from '../../src/http/listen.ts';

const patience = {
  headersTimeout: 30,
  requestTimeout: 60,
  keepAliveTimeout: 30,
  connectionsCheckingInterval: 10,
  silence: 200,
};
const listener = createListener({
  callback(req, res) {
    readBody(req).then(
      (body) => res.end(`whole, with ${body.length} bytes`),
      () => {},
    );
  },
  config: { host: '127.0.0.1', port: 0 },
  patience,
});
let port: number;

beforeAll(async () => {
  ({ port } = await listener.listen());
});
afterAll(() => listener.close(0));

/** What comes back until the server closes the connection. */
function send(text: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let received = '';
  const socket = connect(port, '127.0.0.1', () => socket.write(text));
  socket.on('data', (chunk) => {
    received += chunk.toString();
  });
  socket.on('error', () => {});
  socket.on('close', () => resolve(received));
  return promise;
}

test('a peer that never ends its headers is let go', async () => {
  expect(await send('GET / HTTP/1.1\r\nHost: a\r\nX: ')).toMatch(/^HTTP\/1.1 408 /);
});

test('a peer that never ends its body is let go', async () => {
  expect(await send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf')).toMatch(
    /^HTTP\/1.1 408 /,
  );
});

test('a peer that does not read its answer is let go', async () => {
  const { promise: isLetGo, resolve } = Promise.withResolvers<void>();
  const large = createListener({
    callback(_, res) {
      res.on('close', resolve);
      res.end(Buffer.alloc(64 * 1024 * 1024));
    },
    config: { host: '127.0.0.1', port: 0 },
    patience,
  });
  const { port: largePort } = await large.listen();
  const socket = connect(largePort, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
  socket.on('error', () => {});
  socket.pause();
  await isLetGo;
  socket.destroy();
  await large.close(0);
});

test('at its greatest number of connections, those that only wait make room', async () => {
  const small = createListener({
    callback: (_, res) => void res.end('whole'),
    config: { host: '127.0.0.1', port: 0, http: { maxConnections: 3 } },
  });
  const { port: smallPort } = await small.listen();
  const { promise: isClosed, resolve: closed } = Promise.withResolvers<void>();
  for (let each = 0; each < 3; each += 1) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const socket = connect(smallPort, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
    socket.on('data', () => resolve());
    socket.on('close', closed);
    socket.on('error', () => {});
    await promise;
  }
  const fourth = connect(smallPort, '127.0.0.1');
  fourth.on('error', () => {});
  await isClosed;
  expect(await (await fetch(`http://127.0.0.1:${smallPort}/`)).text()).toBe('whole');
  await small.close(0);
});

/** Each address of this machine (127.0.0.2, 127.0.0.3 …) stands for a network; 127.0.0.1 for a proxy of ours. */
async function startCrowded({ maxConnections }: { maxConnections: number }) {
  const working: (() => void)[] = [];
  const crowds: string[] = [];
  const lines: object[] = [];
  const crowded = createListener({
    callback(req, res) {
      const answer = () => res.end(`whole: ${req.url}`);
      if (req.url === '/slow') working.push(answer);
      else if (req.url === '/large') res.end(Buffer.alloc(16 * 1024 * 1024));
      else readBody(req).then(answer, () => {});
    },
    config: { host: '127.0.0.1', port: 0, http: { maxConnections } },
    networkOf: ({ remoteAddress }) => (remoteAddress === '127.0.0.1' ? undefined : remoteAddress),
    onConnectionEnded: (why) => crowds.push(why),
    logger: { warn: (fields) => lines.push(fields) },
  });
  const { port: crowdedPort } = await crowded.listen();
  const sockets: Socket[] = [];
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await crowded.close(0);
  });

  /** A connection from this address on which this much was sent; with what comes back, until it ends. */
  async function open(localAddress: string, text: string) {
    const socket = connect({ host: '127.0.0.1', port: crowdedPort, localAddress });
    sockets.push(socket);
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString();
    });
    socket.on('error', () => {});
    const ended = new Promise<string>((resolve) => void socket.on('close', () => resolve(received)));
    await Promise.race([once(socket, 'connect'), ended]);
    socket.write(text);
    return { socket, ended, received: () => received };
  }

  /** What the newest of this address is told. */
  const ask = async (localAddress: string, path = '/') =>
    (await open(localAddress, `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)).ended;
  return { crowds, lines, working, open, ask };
}

const HALF_A_HEAD = 'GET / HTTP/1.1\r\nHost: a\r\nX: ';
const HALF_A_BODY = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf';
const WHOLE = 'GET /slow HTTP/1.1\r\nHost: a\r\n\r\n';

test.each([
  ['heads', HALF_A_HEAD],
  ['bodies', HALF_A_BODY],
  ['nothing at all', ''],
])('one network that sends %s without an end keeps no second one out', async (_, text) => {
  const { open, ask, crowds, lines } = await startCrowded({ maxConnections: 20 });
  const slow: Awaited<ReturnType<typeof open>>[] = [];
  for (let each = 0; each < 60; each += 1) slow.push(await open('127.0.0.2', text));
  // Those of the one network that are too many go, and only they.
  await Promise.all(slow.slice(9, -1).map(({ ended }) => ended));
  for (let each = 0; each < 10; each += 1) await open('127.0.0.3', text);
  expect(await ask('127.0.0.4')).toContain('whole: /');
  expect(await ask('127.0.0.2')).toContain('whole: /');
  expect(slow.slice(0, 8).filter(({ socket }) => socket.destroyed)).toEqual([]);
  expect(crowds.filter((why) => why === 'network').length).toBeGreaterThanOrEqual(50);
  // A flood is one line.
  expect(lines).toEqual([{ network: '127.0.0.2', ended: 1 }]);
});

test('networks that ask and never read the answer keep nobody out', async () => {
  const { open, ask } = await startCrowded({ maxConnections: 10 });
  const large = 'GET /large HTTP/1.1\r\nHost: a\r\n\r\n';
  for (const network of ['127.0.0.2', '127.0.0.3']) {
    for (let each = 0; each < 6; each += 1) {
      const { socket, received } = await open(network, large);
      await expect.poll(received).toContain('200 OK');
      socket.pause();
    }
  }
  expect(await ask('127.0.0.4')).toContain('whole: /');
  expect(await ask('127.0.0.2')).toContain('whole: /');
});

test('proxies are not bound by half, and nobody who has asked is cut off', async () => {
  const { open, ask, working } = await startCrowded({ maxConnections: 6 });
  const asked = [];
  for (let each = 0; each < 5; each += 1) asked.push(await open('127.0.0.1', WHOLE));
  await expect.poll(() => working.length).toBe(5);
  const silent = await open('127.0.0.1', HALF_A_HEAD);
  expect(await ask('127.0.0.1')).toContain('whole: /');
  await silent.ended;
  // All that there are have asked: who comes is not taken.
  asked.push(await open('127.0.0.1', WHOLE));
  await expect.poll(() => working.length).toBe(6);
  expect(await ask('127.0.0.2')).toBe('');
  for (const answer of working) answer();
  for (const { received } of asked) await expect.poll(received).toContain('whole: /slow');
});

test('a peer that sends nothing more is let go', async () => {
  expect(await send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')).toContain('whole');
});

test('a request without a body is read at once, whatever its method', async () => {
  const last = 'Connection: close\r\n';
  for (const method of ['GET', 'POST', 'DELETE']) {
    expect(await send(`${method} / HTTP/1.1\r\nHost: a\r\n${last}\r\n`)).toContain('whole, with 0 bytes');
  }
  const post = (length: string, more = '') =>
    `POST / HTTP/1.1\r\nHost: a\r\n${more}Content-Length: ${length}`;
  const answers = await send(post('0\r\n\r\n') + post('4\r\n\r\nbody') + post('0\r\n\r\n', last));
  expect(answers.match(/with \d bytes/g)).toEqual(['with 0 bytes', 'with 4 bytes', 'with 0 bytes']);
});
