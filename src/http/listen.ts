import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { defineError } from '../lib/errors.ts';

/** The port is taken, or may not be opened by this user. */
export const portUnavailable = defineError('http.port_unavailable', 500);

export type Listener = {
  /** Opens the port. Throws `http.port_unavailable`. */
  listen(): Promise<{ port: number; addresses: string[] }>;
  /** Takes no new connections, lets running requests finish, at most `graceMs`. Resolves when the last one is gone. */
  close(graceMs: number): Promise<void>;
};

/**
 * The port. `localhost` is opened on both families (a browser may try ::1 first, another program 127.0.0.1). The limits
 * end connections that send slowly on purpose; what is no HTTP gets a plain 4xx.
 */
export function createListener(deps: {
  callback: RequestListener;
  config: { host?: string | undefined; port: number; http?: { maxConnections: number } };
  /** Tests give shorter ones. */
  patience?: Patience;
}): Listener {
  const { callback, config, patience = PATIENCE } = deps;
  const create = () => createHttpServer(callback, patience, config.http?.maxConnections);
  const servers: Server[] = [];

  return {
    async listen() {
      const [first, ...others] = config.host === 'localhost' ? ['127.0.0.1', '::1'] : [config.host];
      const server = await open(create(), config.port, first);
      servers.push(server);
      const { port } = server.address() as AddressInfo;
      for (const host of others) {
        // A machine without IPv6 still has its 127.0.0.1.
        const second = await open(create(), port, host).catch((error) => {
          if (isWithoutFamily(error)) return undefined;
          throw error;
        });
        if (second) servers.push(second);
      }
      return { port, addresses: servers.map((each) => (each.address() as AddressInfo).address) };
    },

    async close(graceMs) {
      const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
      // Idle keep-alive connections would hold the server open until the peer gives up: those that are idle now, and those
      // that are when their last request was answered.
      const closeIdle = () => {
        for (const server of servers) server.closeIdleConnections();
      };
      closeIdle();
      const looking = setInterval(closeIdle, LOOKS_FOR_IDLE_MS);
      const deadline = setTimeout(() => {
        for (const server of servers) server.closeAllConnections();
      }, graceMs);
      await Promise.all(closed);
      clearTimeout(deadline);
      clearInterval(looking);
    },
  };
}

/** How long a peer may take, in milliseconds. */
export type Patience = Pick<
  ServerOptions,
  'headersTimeout' | 'requestTimeout' | 'keepAliveTimeout' | 'connectionsCheckingInterval'
> & {
  /** On a connection on which nothing moves, neither a request nor an answer. */
  silence: number;
};

const PATIENCE: Patience = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  // Longer than the idle time of the usual load balancers (60 s), so that it is they who close.
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
  // Whoever does not read the answer. No answer of ours takes so long.
  silence: 120_000,
};

const LOOKS_FOR_IDLE_MS = 50;

/** Looking through thousands of connections takes a moment: not for each one that comes. */
const MAKES_ROOM_EVERY_MS = 250;

function createHttpServer(
  callback: RequestListener,
  patience: Patience,
  maxConnections: number | undefined,
): Server {
  // Without a body there is nothing to read, and nobody waits for its end: `readBody` sees that it was read.
  const options = { maxHeaderSize: 16 * 1024, optimizeEmptyRequests: true, ...patience };
  const server = createServer(options, callback);
  server.maxRequestsPerSocket = 10_000;
  server.timeout = patience.silence;
  if (maxConnections !== undefined) {
    server.maxConnections = maxConnections;
    // A new one was not taken. Those that only wait for their next request make room; whoever has one is not cut off.
    let isMakingRoom = false;
    server.on('drop', () => {
      if (isMakingRoom) return;
      isMakingRoom = true;
      server.closeIdleConnections();
      setTimeout(() => {
        isMakingRoom = false;
      }, MAKES_ROOM_EVERY_MS).unref();
    });
  }
  server.on('clientError', (error, socket) => refuse(error, socket as Socket));
  return server;
}

function open(server: Server, port: number, host: string | undefined): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(portUnavailable({ port, host, why: cause.code }, cause));
    });
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => resolve(server));
  });
}

function isWithoutFamily(error: Error): boolean {
  const code = (error.cause as NodeJS.ErrnoException | undefined)?.code;
  return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';
}

/** What the parser could not read never becomes a request; it is answered by hand, and the connection ends. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const line = REFUSALS[error.code ?? ''] ?? '400 Bad Request';
  const body = `{"error":"invalid_request","error_description":"the request is not valid HTTP"}`;
  const head = `HTTP/1.1 ${line}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
  socket.end(`${head}\r\n\r\n${body}`);
}

const REFUSALS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};
