import type { CliDeps } from '../../src/cli/cli.ts';
import { createCli } from '../../src/cli/cli.ts';
import type { Command } from '../../src/lib/command.ts';

/** Runs commands as the terminal would: what was printed where, the exit code, and the JSON document if there is one. */
export function setUpCli(commands: readonly Command[]) {
  return async (argv: readonly string[], { stdin = [] as readonly (string | Uint8Array)[] } = {}) => {
    let stdout = '';
    let stderr = '';
    const deps: CliDeps = {
      commands,
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: (text) => (stderr += text) },
      stdin: (async function* () {
        yield* stdin;
      })(),
      signal: new AbortController().signal,
      version: async () => '1.2.3',
    };
    const exitCode = await createCli(deps).run(argv);
    return {
      exitCode,
      stdout,
      stderr,
      /** The one document that `--json` prints: anything beside it makes this throw. */
      get json() {
        return JSON.parse(stdout);
      },
    };
  };
}
