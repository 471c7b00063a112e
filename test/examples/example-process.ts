import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { bareEnvironment, followProgram, repository } from '../support/processes.ts';
import { findFreePort } from '../support/services.ts';
import { watch } from '../support/watchdog.ts';

/** Those with packages of their own, which run where they were installed. */
export type Pattern = 'bff' | 'jwt-cookie' | 'passport' | 'authjs';
export type Example = Awaited<ReturnType<typeof startExample>>;

/** A port for an example that is registered before it runs, and the origin that it then has. */
export async function reserveOrigin(host = 'localhost'): Promise<string> {
  return `http://${host}:${await findFreePort()}`;
}

/** Runs an example as its README says, listening at `origin`, until `stop`. */
export async function startExample(
  name: 'web-app' | 'spa' | 'resource-server' | 'api' | Pattern,
  origin: string,
  environment: Record<string, string>,
  examples = join(repository, 'examples'),
) {
  const { hostname, port } = new URL(origin);
  const child = spawn(process.execPath, ['server.js'], {
    cwd: join(examples, name),
    env: { ...bareEnvironment(), HOST: hostname, PORT: port, ...environment },
  });
  watch(child, { signal: 'KILL' });
  const program = followProgram(child);
  await program.waitFor(/ on http/);
  return {
    origin,
    output: program.output,
    async stop(): Promise<void> {
      program.signal('SIGTERM');
      await program.ended;
    },
  };
}
