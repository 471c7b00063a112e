import { createCli } from '../../src/cli/cli.ts';
import type { TestApp } from '../support/app.ts';
import { type ClientId, realClients } from './clients.ts';

/**
 * Types at Gatehouse what docs/libraries.md says of a client, as an operator would, and answers what each command printed.
 * `values`: what stands in angle brackets there (`<app>`). `more`: what one test adds to the last of them.
 */
export async function typeCommands(
  { app }: Pick<TestApp, 'app'>,
  id: ClientId,
  values: Readonly<Record<string, string>>,
  more: readonly string[] = [],
): Promise<Record<string, string>[]> {
  const answers: Record<string, string>[] = [];
  const lines: readonly string[] = realClients.find((client) => client.id === id)?.here ?? [];
  for (const line of lines) {
    let printed = '';
    const out = {
      write: (text: string) => {
        printed += text;
      },
    };
    const cli = createCli({
      commands: app.commands,
      stdout: out,
      stderr: out,
      stdin: { async *[Symbol.asyncIterator]() {} },
      signal: AbortSignal.timeout(30_000),
      version: async () => '',
    });
    const words = [...wordsOf(line, values), ...(line === lines.at(-1) ? more : [])];
    const exitCode = await cli.run([...words, '--json']);
    if (exitCode !== 0) throw new Error(`${line}: ${printed}`);
    answers.push(JSON.parse(printed));
  }
  return answers;
}

/** The id and the secret of the client that the last command made. */
export async function registerAs(
  started: Pick<TestApp, 'app'>,
  id: ClientId,
  values: Readonly<Record<string, string>>,
  more: readonly string[] = [],
): Promise<{ clientId: string; secret: string }> {
  const made = (await typeCommands(started, id, values, more)).at(-1);
  return { clientId: made?.client_id ?? '', secret: made?.client_secret ?? '' };
}

/** As a shell would: single quotes keep words together. */
function wordsOf(line: string, values: Readonly<Record<string, string>>): string[] {
  const words = line.match(/(?:'[^']*'|[^\s'])+/g) ?? [];
  return words.map((word) =>
    word.replaceAll("'", '').replaceAll(/<([a-z]+)>/g, (whole, name: string) => values[name] ?? whole),
  );
}
