import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export type Target = { host: string; port: number };
export type Line = Awaited<ReturnType<typeof startProxy>>;

type State = 'open' | 'cut' | 'silent' | 'hanging' | 'resetting';

/** A network between us and a server, with a plug to pull: every way in which TCP fails. Knows nothing of what it carries. */
export async function startProxy(first: Target) {
  const pairs = new Set<readonly [client: Socket, upstream: Socket]>();
  let target = first;
  let state: State = 'open';
  let delayMs = 0;

  const accept = (client: Socket) => {
    if (state === 'cut') return void client.destroy();
    const upstream = connect(target);
    const pair = [client, upstream] as const;
    pairs.add(pair);
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => {
        pairs.delete(pair);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', createCourier(upstream));
    const deliver = createCourier(client);
    upstream.on('data', (bytes: Buffer) => {
      if (state !== 'resetting') return deliver(bytes);
      // Half of an answer, then a reset (RST), as when the machine behind it is gone.
      client.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => client.resetAndDestroy());
    });
    if (state === 'hanging') pause(pair);
  };

  /** Carries bytes to one side, in their order, each as late as was asked for when it came. */
  const createCourier = (to: Socket) => {
    const bag: { bytes: Buffer; at: number }[] = [];
    const deliver = () => {
      for (let [next] = bag; next && next.at <= performance.now(); [next] = bag) {
        bag.shift();
        if (!to.destroyed) to.write(next.bytes);
      }
      const [next] = bag;
      if (next) setTimeout(deliver, Math.max(1, next.at - performance.now()));
    };
    return (bytes: Buffer) => {
      if (state === 'silent' || to.destroyed) return;
      bag.push({ bytes, at: performance.now() + delayMs });
      // Else a timer is on its way already: nothing may overtake what waits for it.
      if (bag.length === 1) deliver();
    };
  };

  let server = await open(accept, 0);
  const { port } = server.address() as AddressInfo;
  const endAll = () => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
  };

  return {
    port,
    connections: () => pairs.size,
    /** Ends all connections, and every new one at once. */
    cut(): void {
      state = 'cut';
      endAll();
    },
    /** Ends all connections; new ones are refused (ECONNREFUSED), as when nobody listens any more. */
    async refuse(): Promise<void> {
      const closed = once(server, 'close');
      server.close();
      endAll();
      await closed;
    },
    /** Swallows every packet and says nothing, as a firewall does: what was swallowed is lost. */
    silence(): void {
      state = 'silent';
    },
    /** Nothing goes through any more, and nothing is lost: it arrives after `mend`. */
    hang(): void {
      state = 'hanging';
      for (const pair of pairs) pause(pair);
    },
    /** Every packet arrives that much later, in milliseconds each way. */
    delay(milliseconds: number): void {
      delayMs = milliseconds;
    },
    /** The next answer on each connection breaks off in its middle, with a reset. */
    resetMidAnswer(): void {
      state = 'resetting';
    },
    /** All connections end, and new ones go to another server. */
    turnTo(other: Target): void {
      target = other;
      endAll();
    },
    async mend(): Promise<void> {
      state = 'open';
      delayMs = 0;
      for (const [client, upstream] of pairs) {
        client.resume();
        upstream.resume();
      }
      if (!server.listening) server = await open(accept, port);
    },
    async close(): Promise<void> {
      state = 'cut';
      endAll();
      if (!server.listening) return;
      server.close();
      await once(server, 'close');
    },
  };
}

/** The same in front of what a URL names: `url` is the one to connect to instead. */
export async function startProxyTo(url: string): Promise<Line & { url: string }> {
  const real = new URL(url);
  const proxy = await startProxy({ host: real.hostname, port: Number(real.port) });
  real.hostname = '127.0.0.1';
  real.port = String(proxy.port);
  return { ...proxy, url: real.href };
}

function pause([client, upstream]: readonly [Socket, Socket]): void {
  client.pause();
  upstream.pause();
}

async function open(accept: (client: Socket) => void, port: number): Promise<Server> {
  const server = createServer(accept);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
