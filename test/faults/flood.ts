import { connect } from 'node:net';

/**
 * As many requests as a line takes, from as many addresses as one likes (`X-Forwarded-For`), and nothing is done with
 * what comes back but to count it by its status. A browser's client would cost more than the server that is flooded.
 */
export async function flood(
  origin: string,
  {
    times,
    path,
    addressOf,
    sent,
  }: {
    times: number;
    path: string;
    addressOf(index: number): string;
    /** Told how many have been sent. */
    sent(count: number): void;
  },
): Promise<Map<number, number>> {
  const statuses = new Map<number, number>();
  let next = 0;
  await Promise.all(Array.from({ length: LINES }, line));
  return statuses;

  async function line(): Promise<void> {
    const { hostname, port, host } = new URL(origin);
    const socket = connect(Number(port), hostname);
    let unread = '';
    let waiting = 0;
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject).once('close', resolve);
      socket.on('connect', send);
      socket.setEncoding('latin1').on('data', (chunk: string) => {
        unread += chunk;
        for (const [, status] of unread.matchAll(/HTTP\/1\.1 (\d{3}) /g)) {
          statuses.set(Number(status), (statuses.get(Number(status)) ?? 0) + 1);
          waiting -= 1;
        }
        unread = unread.slice(-12).replace(/^.*HTTP\/1\.1 \d{3} /s, '');
        if (waiting === 0) send();
      });

      function send(): void {
        const requests = [];
        while (waiting < AT_ONCE && next < times) {
          requests.push(
            `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nX-Forwarded-For: ${addressOf(next)}\r\nAccept: text/html\r\n\r\n`,
          );
          next += 1;
          waiting += 1;
        }
        if (requests.length === 0) return void socket.end();
        socket.write(requests.join(''));
        sent(next);
      }
    });
  }
}

const LINES = 4;
const AT_ONCE = 8;
