import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';

/** Requests that no browser and no library would send. */

export type Question = {
  method?: string;
  /** Sent as it is: nothing is encoded, joined or put right. */
  path: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
};

export type Answer = { status: number; headers: IncomingHttpHeaders; body: string };

export const FORM = 'application/x-www-form-urlencoded';

export type Asker = ReturnType<typeof createAsker>;

export function createAsker(url: string) {
  const { hostname, port } = new URL(url);

  return {
    ask({ method = 'GET', path, headers = {}, body }: Question): Promise<Answer> {
      return new Promise((resolve, reject) => {
        const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
        const sent = request(
          { hostname, port, method, path, headers: { ...length, ...headers }, agent: false },
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.on('error', reject);
            response.on('end', () =>
              resolve({
                status: response.statusCode ?? 0,
                headers: response.headers,
                body: Buffer.concat(chunks).toString(),
              }),
            );
          },
        );
        sent.on('error', reject);
        sent.end(body);
      });
    },

    post(path: string, body: string | Buffer, headers: Question['headers'] = {}): Promise<Answer> {
      return this.ask({ method: 'POST', path, body, headers: { 'content-type': FORM, ...headers } });
    },

    /** Sends bytes, and answers all that comes back until the other side ends. */
    raw(bytes: string | Buffer): Promise<string> {
      return new Promise((resolve, reject) => {
        const chunks: Buffer[] = [];
        const socket = connect(Number(port), hostname, () => socket.write(bytes));
        socket.on('data', (chunk) => chunks.push(chunk));
        socket.on('error', (error: NodeJS.ErrnoException) =>
          error.code === 'ECONNRESET' ? resolve(Buffer.concat(chunks).toString()) : reject(error),
        );
        socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
      });
    },
  };
}

/** What must be in no answer, whatever was asked: a stack, a statement, the name of a driver. */
const INSIDES =
  /\bat \S+ \(|\.[tj]s:\d+|node:internal|node_modules|SQLITE_|pg-(?:pool|protocol)|insert into|select .* from "?\w+|invalid byte sequence|GatehouseError|TypeError|RangeError|\[object Object\]/;

/**
 * What is wrong with the answer to a bad request: nothing, when it is a 4xx in the form of the one who asked, and tells
 * nothing of our insides. `mayServe`: a request that may as well be served (a 2xx or 3xx).
 */
export function faultOf(
  answer: Answer,
  { form, mayServe = false }: { form: 'json' | 'page' | 'any'; mayServe?: boolean },
): string | undefined {
  const { status, body, headers } = answer;
  const type = headers['content-type'] ?? '';
  if (status >= 500) return `${status} ${body.slice(0, 200)}`;
  if (INSIDES.test(body)) return `tells of our insides: ${INSIDES.exec(body)?.[0]}`;
  if (status < 400) return mayServe ? undefined : `served with ${status}`;
  if (form === 'page')
    return type.startsWith('text/html') && body.includes('<h1') ? undefined : `is ${type}, no page`;
  if (form === 'any') return undefined;
  if (!type.startsWith('application/json')) return `is ${type}, no JSON`;
  return typeof JSON.parse(body).error === 'string' ? undefined : `has no error code: ${body}`;
}
