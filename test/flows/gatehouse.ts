import type { App } from '../../src/app.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { startApp, type TestAppOptions } from '../support/app.ts';

export type Gatehouse = Awaited<ReturnType<typeof startGatehouse>>;

/** A whole Gatehouse with an operator beside it: commands are run as they are typed, and time can be moved on. */
export async function startGatehouse(options: Omit<TestAppOptions, 'clock'> = {}) {
  let ahead = 0;
  const clock: Clock = { now: () => Date.now() + ahead };
  const started = await startApp({ ...options, clock });

  return {
    ...started,
    issuer: started.url,
    now: () => clock.now(),
    passTime(ms: number) {
      ahead += ms;
    },

    /** Runs a command as the operator would, and answers its document. */
    command: (
      name: string,
      values: CommandValues,
      more?: { positionals?: string[]; stdin?: string },
    ): Promise<Record<string, string>> => runCommand(started.app, name, values, more),
  };
}

type CommandValues = Record<string, string | number | boolean | string[]>;

/** The same on another node, which may be configured otherwise. */
export async function runCommand(
  app: App,
  name: string,
  values: CommandValues,
  { positionals = [], stdin = '' }: { positionals?: string[]; stdin?: string } = {},
): Promise<Record<string, string>> {
  const command = app.commands.find((each) => each.name === name);
  if (!command) throw new Error(`no command ${name}`);
  const { json } = await command.run({
    positionals,
    values,
    isJson: true,
    readStdin: async () => stdin,
    write: () => {},
    signal: AbortSignal.timeout(30_000),
  });
  return json as Record<string, string>;
}
