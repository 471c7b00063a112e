import { connect, type Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** What came back. `headers` are in lower case; of several `set-cookie` lines all are kept. */
export type Answer = { status: number; headers: Map<string, string>; setCookies: string[]; body: string };

export type Connection = ReturnType<typeof createConnection>;

export type Request = {
  method?: 'GET' | 'POST';
  path: string;
  headers?: Record<string, string>;
  /** Sent as a form. */
  body?: string;
};

/**
 * One HTTP/1.1 connection that is kept alive, one request at a time. Written by hand, because a general client would
 * need more of the processor than the server that it measures.
 */
export function createConnection({ port, host }: { port: number; host: string }) {
  let socket: Socket | undefined;
  let received = Buffer.alloc(0);
  let pending: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;

  return {
    async request({ method = 'GET', path, headers = {}, body }: Request): Promise<Answer> {
      socket ??= await open();
      let head = `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\n`;
      for (const [name, value] of Object.entries(headers)) head += `${name}: ${value}\r\n`;
      if (body !== undefined) {
        head += `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
      }
      const answered = new Promise<Answer>((resolve, reject) => {
        pending = { resolve, reject };
      });
      socket.write(`${head}\r\n${body ?? ''}`);
      const answer = await answered;
      if (answer.headers.get('connection') === 'close') close();
      return answer;
    },

    close,
  };

  function close(): void {
    socket?.destroy();
    socket = undefined;
    received = Buffer.alloc(0);
  }

  function open(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const opening = connect(port, '127.0.0.1', () => resolve(opening));
      opening.setNoDelay(true);
      opening.on('data', (chunk) => {
        received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
        take();
      });
      const fail = (error: Error) => {
        reject(error);
        if (opening !== socket) return;
        socket = undefined;
        received = Buffer.alloc(0);
        const waiting = pending;
        pending = undefined;
        waiting?.reject(error);
      };
      opening.on('error', fail);
      opening.on('end', () => fail(new Error('the server ended the connection')));
      opening.on('close', () => fail(new Error('the server closed the connection')));
    });
  }

  function take(): void {
    const end = received.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = received.toString('latin1', 0, end).split('\r\n');
    const headers = new Map<string, string>();
    const setCookies: string[] = [];
    for (const line of head.slice(1)) {
      const at = line.indexOf(':');
      const name = line.slice(0, at).toLowerCase();
      const value = line.slice(at + 1).trim();
      if (name === 'set-cookie') setCookies.push(value);
      else headers.set(name, value);
    }
    const status = Number(head[0]?.slice(9, 12));
    const start = end + 4;
    const length = headers.get('content-length');
    let body: Buffer;
    if (headers.get('transfer-encoding') === 'chunked') {
      const last = received.indexOf('\r\n0\r\n\r\n', start - 2);
      if (last < 0 && received.toString('latin1', start, start + 5) !== '0\r\n\r\n') return;
      body = unchunk(received.subarray(start));
    } else if (length !== undefined) {
      if (received.length < start + Number(length)) return;
      body = received.subarray(start, start + Number(length));
    } else {
      body = Buffer.alloc(0);
    }
    // One request at a time: whatever lies behind the answer would be a fault of the server.
    received = Buffer.alloc(0);
    const waiting = pending;
    pending = undefined;
    if (headers.get('content-encoding') === 'gzip') body = gunzipSync(body);
    waiting?.resolve({ status, headers, setCookies, body: body.toString('utf8') });
  }
}

function unchunk(chunked: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = chunked.indexOf('\r\n', at);
    const size = Number.parseInt(chunked.toString('latin1', at, lineEnd), 16);
    if (!(size > 0)) return Buffer.concat(parts);
    parts.push(chunked.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 4 + size;
  }
}
