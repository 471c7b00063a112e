import {
  createServer,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { steadyClock } from '../lib/clock.ts';
import { defined } from '../lib/defined.ts';
import { defineError } from '../lib/errors.ts';
import { createPeerNetworks, type TrustProxy } from './client-address.ts';
import { type Crowd, createConnections, type Standing } from './connections.ts';

/** The port is taken, or may not be opened by this user. */
export const portUnavailable = defineError('http.port_unavailable', 500, ({ port, host, why }) =>
  why === 'EADDRINUSE'
    ? `Port ${port} is taken by another program, perhaps by another Gatehouse. PORT=${Number(port) + 1} gives this one another port.`
    : `Port ${port} cannot be opened${host === undefined ? '' : ` on ${host}`} (${why}). PORT and HOST say where to listen.`,
);

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
  config: {
    host?: string | undefined;
    port: number;
    http?: { maxConnections: number };
    trustProxy?: TrustProxy;
  };
  logger?: Logger;
  /** Told of each connection that was cut off to make room. */
  onConnectionEnded?: (why: Crowd) => void;
  /** Tests give shorter ones. */
  patience?: Patience;
  /** The network of a peer's socket; `undefined`: no bound but that of all. Tests have none but this machine. */
  networkOf?: (peer: Socket) => string | undefined;
}): Listener {
  const { callback, config, patience = PATIENCE } = deps;
  const hold = config.http ? createHold(deps, config.http.maxConnections) : undefined;
  const create = () => {
    const server = createHttpServer(callback, patience);
    if (hold) server.on('connection', hold);
    return server;
  };
  const servers: Server[] = []; // at most one for each family

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

function createHttpServer(callback: RequestListener, patience: Patience): Server {
  // Without a body there is nothing to read, and nobody waits for its end: `readBody` sees that it was read.
  const options = { maxHeaderSize: 16 * 1024, optimizeEmptyRequests: true, ...patience };
  const server = createServer(options, callback);
  server.maxRequestsPerSocket = 10_000;
  server.timeout = patience.silence;
  server.on('clientError', (error, socket) => refuse(error, socket as Socket));
  return server;
}

/** One count for all families: told of each connection that comes. */
function createHold(
  { config, networkOf, logger, onConnectionEnded }: Parameters<typeof createListener>[0],
  max: number,
): (socket: Socket) => void {
  const report = createReport(logger);
  const connections = createConnections<Socket>({
    max,
    networkOf: networkOf ?? createPeerNetworks(config.trustProxy ?? 0),
    standingOf,
    end: (socket) => socket.destroy(),
    onCrowd({ why, network, ended }) {
      for (let each = 0; each < ended; each += 1) onConnectionEnded?.(why);
      report(why, network, ended);
    },
  });
  return function hold(socket) {
    // A connection that closed before we looked has no address.
    if (socket.destroyed || !connections.enter(socket)) return;
    socket.once('close', () => connections.leave(socket));
  };
}

/**
 * What Node's types leave out: the answer that a connection waits for. Asked for only when room is needed, so that no
 * request pays for it. With a Node that names it otherwise a request that is being answered could be cut off, which
 * test/http/listen.test.ts notices.
 */
type Unlisted = { _httpMessage?: ServerResponse | null };

function standingOf(socket: Socket & Unlisted): Standing {
  const answer = socket._httpMessage;
  // Small answers go to the kernel at once. One that is complete and still here is a peer's who does not read.
  if (answer && !answer.writableEnded) return answer.req.complete ? 'asking' : 'silent';
  return socket.bytesWritten > 0 ? 'waiting' : 'silent';
}

type Logger = { warn(fields: object, message: string): void };
const LOGGED_EVERY_MS = 10_000;

/** A flood is one line now and then. */
function createReport(logger: Logger | undefined) {
  let ended = 0;
  let loggedAt = Number.NEGATIVE_INFINITY;
  return (why: Crowd, network: string | undefined, count: number) => {
    ended += count;
    const now = steadyClock.now();
    if (now - loggedAt < LOGGED_EVERY_MS) return;
    loggedAt = now;
    logger?.warn({ network, ended }, CROWDS[why]);
  };
}

const CROWDS: Readonly<Record<Crowd, string>> = {
  network: 'One network holds half of all connections: some of its own were closed to make room',
  all: 'There are as many connections as there may be (http.maxConnections): some were closed to make room',
};

function open(server: Server, port: number, host: string | undefined): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(portUnavailable({ port, host, why: cause.code }, cause));
    });
    server.listen({ port, backlog: BACKLOG, ...defined({ host }) }, () => resolve(server));
  });
}

/**
 * How many connections wait in the kernel until we take them; it allows less where `net.core.somaxconn` says so. With
 * Node's own 511 a flood of a tenth of a second is enough that others are not even heard, and try again a second later.
 */
const BACKLOG = 4096;

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
