import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A network between us and a server, with a plug to pull. */
export async function startProxy(target: { host: string; port: number }) {
  const sockets = new Set<Socket>();
  let state: 'open' | 'cut' | 'silent' = 'open';

  const server = createServer((client) => {
    if (state === 'cut') return void client.destroy();
    const upstream = connect(target);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (bytes) => state === 'silent' || upstream.write(bytes));
    upstream.on('data', (bytes) => state === 'silent' || client.write(bytes));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    /** Ends all connections, and every new one at once. */
    cut() {
      state = 'cut';
      for (const socket of sockets) socket.destroy();
    },
    /** Swallows every packet and says nothing, as a firewall does. */
    silence() {
      state = 'silent';
    },
    mend() {
      state = 'open';
    },
    async close() {
      this.cut();
      server.close();
      await once(server, 'close');
    },
  };
}
