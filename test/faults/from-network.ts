import { connect } from 'node:net';

/*
 * What `connections.test.ts` runs in another network.
 *
 *   slow <host> <port> <count> <per second>   holds so many connections with half a request, opening those that end again
 *   ask <host> <port> <path> <count>          asks so often, one after the other, each on a connection of its own
 *   lag <host> <port> <token>                 reads from the metrics how late the event loop was (p99), in milliseconds
 *
 * Prints one line of JSON: `slow` each second, the others at their end.
 */

const [role, host = '', port = '', ...rest] = process.argv.slice(2);
if (role === 'slow') await sendSlowly(Number(rest[0]), Number(rest[1]));
else if (role === 'ask') await ask(rest[0] ?? '/', Number(rest[1]));
else await readLag(rest[0] ?? '');

async function sendSlowly(count: number, perSecond: number): Promise<void> {
  let open = 0;
  let opened = 0;
  let ended = 0;
  const startedAt = performance.now();
  let told = startedAt;
  let seen = startedAt;
  let allowed = 0;
  for (;;) {
    const now = performance.now();
    allowed = Math.min(perSecond, allowed + ((now - seen) * perSecond) / 1000);
    seen = now;
    for (; open < count && allowed >= 1; allowed -= 1) {
      open += 1;
      opened += 1;
      const socket = connect({ host, port: Number(port) });
      socket.on('connect', () => socket.write('GET / HTTP/1.1\r\nHost: a\r\nX: '));
      socket.on('error', () => {});
      socket.on('close', () => {
        open -= 1;
        ended += 1;
      });
      socket.resume();
    }
    if (now - told >= 1000) {
      told = now;
      console.log(JSON.stringify({ open, opened, ended }));
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function ask(path: string, count: number): Promise<void> {
  const times: number[] = [];
  const statuses: Record<string, number> = {};
  for (let each = 0; each < count; each += 1) {
    const startedAt = performance.now();
    const status = await askOnce(path);
    statuses[status] = (statuses[status] ?? 0) + 1;
    times.push(performance.now() - startedAt);
  }
  times.sort((a, b) => a - b);
  const [median, longest] = [times[Math.floor(times.length / 2)], times.at(-1)];
  console.log(JSON.stringify({ statuses, median, longest }));
}

/** The status, or `none`: the connection ended without one, or said nothing for 10 s. */
function askOnce(path: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect({ host, port: Number(port) });
  let received = '';
  socket.setTimeout(10_000, () => socket.destroy());
  socket.on('connect', () => socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`));
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  socket.on('close', () => resolve(/^HTTP\/1\.1 (\d{3})/.exec(received)?.[1] ?? 'none'));
  return promise;
}

async function readLag(token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  const text = await (await fetch(`http://${host}:${port}/metrics`, { headers })).text();
  const seconds = /^nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(text)?.[1];
  console.log(JSON.stringify({ ms: Number(seconds) * 1000 }));
}
