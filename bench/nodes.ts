import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createConnection } from './connection.ts';
import type { Order, SliceResult } from './load.ts';
import { createFolder, findFreePort, type Running, start, startGatehouse } from './processes.ts';
import { type Facts, signInOf } from './works.ts';

export type Node = {
  variant: string;
  pid: number;
  facts: Facts;
  running: Running;
  startMs?: number;
  /** How many processes share its connections. */
  workers?: number;
};

export type NodeOptions = {
  /** Writes more rows, before the node starts. */
  fill?: () => void;
  /** Not on a core of its own. */
  cores?: 'all';
  /** What another node has filled already. */
  seeded?: Facts;
  flags?: string[];
};

const rootKey = randomBytes(32).toString('base64url');

/** The process that drives all the others. */
export async function startLoad() {
  const running = await start('bench/load.ts', ['wait']);
  return {
    introduce: ({ variant, facts: known }: Node) => ask(running, { introduce: { variant, facts: known } }),
    measure: (slice: { variant: string; work: string; callers: number; milliseconds: number }) =>
      ask<SliceResult>(running, { slice }),
  };
}

/** Sends an order to a helper process and waits for its answer. */
export function ask<T>({ child }: Running, order: Order | { milliseconds: number }): Promise<T> {
  return new Promise((resolve, reject) => {
    const gone = () => reject(new Error('a helper process ended'));
    child.once('exit', gone);
    child.once('message', (answer) => {
      child.off('exit', gone);
      resolve(answer as T);
    });
    child.send(order);
  });
}

/** The bare library, on the node's core. */
export async function startBare(variant: string): Promise<Node> {
  const port = await findFreePort();
  const running = await start('bench/bare.ts', [String(port)], {
    isNode: true,
    env: { NODE_ENV: 'production' },
  });
  return { variant, pid: running.pid, running, facts: JSON.parse(running.line) as Facts };
}

/** One installation: its database is filled, the node is started, and 64 people sign in. */
export async function startNode(
  variant: string,
  settings: Record<string, string>,
  { fill, cores, seeded, flags = [] }: NodeOptions = {},
): Promise<Node> {
  const folder = createFolder(variant.replaceAll(/\W+/g, '-'));
  const port = await findFreePort();
  const env = {
    NODE_ENV: 'production',
    ISSUER: `http://localhost:${port}`,
    PORT: String(port),
    DATA_DIR: join(folder, 'data'),
    SECRET_KEY: rootKey,
    CONFIG: join(import.meta.dirname, 'gatehouse.yaml'),
    ...settings,
  };
  let known = seeded;
  if (!known) {
    const seeding = await start('bench/seed.ts', [], { env });
    known = JSON.parse(seeding.line) as Facts;
    await new Promise((resolve) =>
      seeding.child.exitCode === null ? seeding.child.once('exit', resolve) : resolve(0),
    );
  }
  fill?.();
  const running = await startGatehouse(env, { folder, cores, flags });
  const ofNode: Facts = { ...known, port, host: `localhost:${port}`, issuer: env.ISSUER };
  const connection = createConnection(ofNode);
  const sessions: Facts['sessions'] = [];
  for (const person of ofNode.sessions) {
    const { cookie } = await signInOf({ connection, facts: ofNode, person, turn: 0 });
    sessions.push({ ...person, cookie: sessionCookie(cookie) });
  }
  connection.close();
  return {
    variant,
    pid: running.pid,
    running,
    facts: { ...ofNode, sessions },
    startMs: running.startMs,
    workers: Number(settings.WORKERS ?? 1),
  };
}

/** The session's cookie alone: what a browser sends to `/auth` beside it is small. */
function sessionCookie(cookies: string): string {
  return cookies
    .split('; ')
    .filter((pair) => /^[^=]*-(session|device)=/.test(pair))
    .join('; ');
}
