import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A site of somebody else: one page for each path. `127.0.0.1` is another site than `localhost`. */
export async function startSite(
  host: 'localhost' | '127.0.0.1',
  answer: (req: IncomingMessage, res: ServerResponse) => void,
) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return {
    origin: `http://${host}:${(server.address() as AddressInfo).port}`,
    async close(): Promise<void> {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

export function showPage(res: ServerResponse, title: string, script = ''): void {
  res.setHeader('content-type', 'text/html');
  res.end(
    `<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1><script>${script}</script>`,
  );
}
