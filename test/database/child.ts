import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** A second process of ours: another server or a command beside the one under test. */
export function startChild(script: string, env: Record<string, string>) {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, [file], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  onTestFinished(() => void child.kill('SIGKILL'));

  return {
    /** Its exit code, `null` when a signal ended it. */
    ended,
    /** The next line that it prints. Fails when it ends without. */
    async line(): Promise<string> {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${script} ended (${await ended}) without printing what was awaited`);
      return value;
    },
    say: (line: string) => void child.stdin.write(`${line}\n`),
    kill: () => void child.kill('SIGKILL'),
  };
}
