import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Site = Awaited<ReturnType<typeof listenOn>>;

/** Lets a server listen on any free port. `close` ends the connections that it has, too. */
export async function listenOn(server: Server, host: 'localhost' | '127.0.0.1' = 'localhost') {
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://${host}:${port}`,
    port,
    async close(): Promise<void> {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A site of somebody else: one page for each path. `127.0.0.1` is another site than `localhost`. */
export function startSite(
  host: 'localhost' | '127.0.0.1',
  answer: (req: IncomingMessage, res: ServerResponse) => void,
): Promise<Site> {
  return listenOn(createServer(answer), host);
}

export function showPage(res: ServerResponse, title: string, script = ''): void {
  res.setHeader('content-type', 'text/html');
  res.end(
    `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>${title}</title><h1>${title}</h1><script>${script}</script>`,
  );
}
