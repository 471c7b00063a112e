import { connect, createServer, type Socket } from 'node:net';

/**
 * A TCP proxy that holds every answer back for a while: the network between a node and its stores.
 *
 * node bench/delay.ts <milliseconds> <port>=<target port>...
 */
const [held = '0.5', ...routes] = process.argv.slice(2);
const delayMs = Number(held);
const waiting: { socket: Socket; chunk: Buffer; due: number }[] = [];
const nothing = new Int32Array(new SharedArrayBuffer(4));
let isTurning = false;

for (const route of routes) {
  const [port, target] = route.split('=').map(Number);
  createServer((near) => {
    const far = connect({ port: target ?? 0, host: '127.0.0.1' });
    near.setNoDelay(true);
    far.setNoDelay(true);
    near.on('data', (chunk) => far.write(chunk));
    far.on('data', (chunk) => {
      waiting.push({ socket: near, chunk, due: performance.now() + delayMs });
      if (!isTurning) turn();
    });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  }).listen(port, '127.0.0.1');
}
console.log('ready');

/** Timers of Node know whole milliseconds only: short sleeps of the thread, with a look at the sockets in between. */
function turn(): void {
  isTurning = true;
  const now = performance.now();
  while (waiting[0] && waiting[0].due <= now) {
    const next = waiting.shift();
    if (next && !next.socket.destroyed) next.socket.write(next.chunk);
  }
  const first = waiting[0];
  if (!first) {
    isTurning = false;
    return;
  }
  Atomics.wait(nothing, 0, 0, Math.min(0.05, Math.max(0, first.due - now)));
  setImmediate(turn);
}
