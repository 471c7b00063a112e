import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
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
