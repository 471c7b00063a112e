import { execFile, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, test } from 'vitest';
import { watch } from '../support/watchdog.ts';

/** Programs of other languages, for `npm run clients-real`. What they download stays in a folder of their own. */

/** The tests of a language; where one of its `tools` is missing, a test that says so and is skipped. */
export function withTools(language: string, tools: readonly string[], tests: () => void): void {
  const missing = tools.filter((tool) => spawnSync('which', [tool]).status !== 0);
  if (missing.length === 0) {
    describe(language, tests);
    return;
  }
  const sentence = `${language}: skipped, as there is no ${missing.join(' and no ')} here`;
  console.warn(sentence);
  test.skip(sentence, () => {});
}

/** Writes the files of a program, and answers its folder. What was built there before is kept. */
export function folderOf(name: string, files: Readonly<Record<string, string>> = {}): string {
  const folder = join(tmpdir(), 'gatehouse-clients-real', name);
  mkdirSync(folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Runs it to its end, and answers what it printed. Throws with all of it when it fails. */
export async function run(
  command: string,
  args: readonly string[],
  { cwd, env = {} }: { cwd: string; env?: Record<string, string> },
): Promise<string> {
  const { stdout } = await promisify(execFile)(command, [...args], {
    cwd,
    env: { ...process.env, ...env },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

export type Program = { output(): string; stop(): Promise<void> };

/** Starts it, and waits until it answers at `url`. */
export async function start(
  command: string,
  args: readonly string[],
  { cwd, env = {}, url }: { cwd: string; env?: Record<string, string>; url: string },
): Promise<Program> {
  const child = spawn(command, [...args], { cwd, env: { ...process.env, ...env } });
  watch(child, { signal: 'KILL' });
  let output = '';
  let hasEnded = false;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      hasEnded = true;
      resolve();
    });
  });
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => {
      output += bytes.toString();
    });
  const program = {
    output: () => output,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
  for (let tries = 0; tries < 600; tries += 1) {
    if (hasEnded) throw new Error(`${command} ended:\n${output}`);
    const isThere = await fetch(url, { redirect: 'manual' }).then(
      () => true,
      () => false,
    );
    if (isThere) return program;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await program.stop();
  throw new Error(`${command} does not answer at ${url}:\n${output}`);
}
