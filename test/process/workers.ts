import { onTestFinished } from 'vitest';
import { createEmptyDatabase } from '../support/database.ts';
import { type GatehouseProcess, listProcesses, startGatehouse } from '../support/processes.ts';

/** A server of several processes, and what is seen of them from outside. */

/** Two workers on a database of their own; ended with the test. */
export async function start({ port }: { port?: number } = {}): Promise<GatehouseProcess> {
  const database = await createEmptyDatabase('postgres');
  onTestFinished(database.remove);
  const server = await startGatehouse({
    env: { WORKERS: '2', DATABASE_URL: database.url },
    ...(port === undefined ? {} : { port }),
  });
  onTestFinished(() => server.kill9());
  return server;
}

/** Over a connection of its own: kept ones stay with one worker. */
export async function ask(server: GatehouseProcess, path: string) {
  const answer = await fetch(`${server.url}${path}`, { headers: { connection: 'close' } });
  return { status: answer.status, body: await answer.text() };
}

/** Process ids of its workers. */
export async function childrenOf({ pid }: GatehouseProcess): Promise<number[]> {
  return (await listProcesses()).filter(({ parent }) => parent === pid).map((each) => each.pid);
}

/** Whether one of them has not ended. */
export async function areThere(pids: number[]): Promise<boolean> {
  return (await listProcesses()).some(({ pid }) => pids.includes(pid));
}

/** Asks again until it holds; a condition, bounded by the test's own limit. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 30));
}
