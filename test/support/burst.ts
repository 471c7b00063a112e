import { connect, type Socket } from 'node:net';

/** Many requests from little CPU: bytes on sockets, one request at a time on each. For loads that fetch cannot make. */

export type Answer = { status: number; headers: string; ms: number };
export type Answers = {
  all: Answer[];
  /** Connections that ended without an answer. */
  broken: number;
};

/** What a GET looks like on the wire. */
export function get(path: string, headers: Record<string, string> = {}): Buffer {
  const lines = Object.entries({ Host: 'localhost', ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return Buffer.from(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
}

/** So many callers, each of whom asks again when it was answered, until there are so many answers. */
export async function askInTurn(
  port: number,
  request: Buffer,
  { callers = 16, count = 1000 },
): Promise<Answers> {
  const answers: Answers = { all: [], broken: 0 };
  let asked = 0;
  await Promise.all(
    Array.from({ length: callers }, async () => {
      const line = createLine(port);
      while (asked < count) {
        asked += 1;
        note(answers, await line.ask(request));
      }
      line.close();
    }),
  );
  return answers;
}

/** As a proxy in front has them. Without a bound a caller that is late itself would open one for each request. */
const CONNECTIONS = 400;

/** So many requests a second, whether the ones before were answered or not, as long as there are connections. */
export async function askAtRate(
  port: number,
  request: Buffer,
  { perSecond, count }: { perSecond: number; count: number },
): Promise<Answers> {
  const answers: Answers = { all: [], broken: 0 };
  const free: Line[] = [];
  const running = new Set<Promise<void>>();
  const startedAt = performance.now();
  for (let asked = 0; asked < count; ) {
    const due = Math.min(count, Math.floor(((performance.now() - startedAt) * perSecond) / 1000));
    for (; asked < due && running.size < CONNECTIONS; asked += 1) {
      const line = free.pop() ?? createLine(port);
      const one = line.ask(request).then((answer) => {
        note(answers, answer);
        running.delete(one);
        if (answer) free.push(line);
      });
      running.add(one);
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await Promise.all(running);
  for (const line of free) line.close();
  return answers;
}

/** The middle, or any other share, of how long answers of one status took, in milliseconds. */
export function quantile(
  { all }: Answers,
  share: number,
  fits: (status: number) => boolean = () => true,
): number {
  const times = all.filter(({ status }) => fits(status)).map(({ ms }) => ms);
  times.sort((a, b) => a - b);
  return times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
}

/** How many there were of each status. */
export function byStatus({ all }: Answers): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of all) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

type Line = ReturnType<typeof createLine>;

function createLine(port: number) {
  let socket: Socket | undefined;
  let received = '';
  let heard: ((answer: Omit<Answer, 'ms'> | undefined) => void) | undefined;

  function open(): Socket {
    const opened = connect({ port, host: '127.0.0.1', noDelay: true });
    opened.setEncoding('latin1');
    opened.on('data', (text: string) => {
      received += text;
      const answer = takeAnswer();
      if (answer) heard?.(answer);
    });
    opened.on('error', () => {});
    opened.on('close', () => {
      if (socket !== opened) return;
      socket = undefined;
      heard?.(undefined);
    });
    return opened;
  }

  function takeAnswer(): Omit<Answer, 'ms'> | undefined {
    const end = received.indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    const headers = received.slice(0, end);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(headers)?.[1] ?? 0);
    if (received.length < end + 4 + length) return undefined;
    received = '';
    // After 10,000 requests the server wants another connection.
    if (/\r\nconnection: close/i.test(headers)) {
      socket?.destroy();
      socket = undefined;
    }
    return { status: Number(headers.slice(9, 12)), headers };
  }

  return {
    ask(request: Buffer): Promise<Answer | undefined> {
      const askedAt = performance.now();
      received = '';
      socket ??= open();
      socket.write(request);
      return new Promise((resolve) => {
        heard = (answer) => {
          heard = undefined;
          resolve(answer && { ...answer, ms: performance.now() - askedAt });
        };
      });
    },
    close: () => void socket?.destroy(),
  };
}

function note(answers: Answers, answer: Answer | undefined): void {
  if (answer) answers.all.push(answer);
  else answers.broken += 1;
}
