import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { createVisitor } from '../test/flows/visitor.ts';
import { findFreePort } from '../test/support/services.ts';
import { createFolder, endAll, root, startGatehouse } from './processes.ts';

/**
 * Whether the time of an answer tells an account that is there from one that is not: the median of each kind of
 * refused sign-in over the median of a wrong password, all asked in turn so that a noisy machine cancels out.
 *
 * node bench/sign-in-answers.ts [tries of each kind]
 */
const tries = Number(process.argv[2] ?? 200);
const PASSWORD = 'seven quiet otters drift';

const folder = createFolder('answers');
const port = await findFreePort();
const env = {
  ISSUER: `http://localhost:${port}`,
  PORT: String(port),
  DATA_DIR: folder,
  CONFIG: join(root, 'bench/gatehouse.yaml'),
  LOG_LEVEL: 'silent',
};

try {
  for (const name of ['ana', 'dan'])
    operate(['users', 'create', '--email', `${name}@example.com`, '--password-stdin']);
  operate(['users', 'create', '--email', 'link@example.com']);
  operate(['users', 'disable', 'dan@example.com']);
  await startGatehouse(env, { folder, cores: 'all' });

  const kinds: Record<string, (attempt: number) => Promise<number>> = {
    'wrong password': () => askPassword('ana@example.com'),
    'wrong password again': () => askPassword('ana@example.com'),
    'nobody there': (attempt) => askPassword(`nobody${attempt}@example.com`),
    disabled: () => askPassword('dan@example.com'),
    'no password set': () => askPassword('link@example.com'),
  };
  const times = new Map<string, number[]>();
  for (let attempt = -10; attempt < tries; attempt += 1) {
    for (const [kind, ask] of Object.entries(kinds)) {
      const ms = await ask(attempt);
      if (attempt >= 0) times.set(kind, [...(times.get(kind) ?? []), ms]);
    }
  }
  const base = median(times.get('wrong password') ?? []);
  for (const [kind, all] of times) {
    console.log(`${kind.padEnd(22)} ${median(all).toFixed(2)} ms  ${(median(all) / base).toFixed(3)}`);
  }
} finally {
  await endAll();
}

function operate(args: readonly string[]): void {
  execFileSync(process.execPath, [join(root, 'src/main.ts'), ...args], {
    env: { PATH: process.env.PATH, ...env },
    input: PASSWORD,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
}

/** A new browser opens the page and sends it; only the answer to the form is timed. */
async function askPassword(identifier: string): Promise<number> {
  const visitor = createVisitor(env.ISSUER);
  const login = await visitor.open(`${env.ISSUER}/account`);
  const form = login.forms.find(({ fields }) => 'password' in fields);
  if (!form) throw new Error(`no sign-in form at ${login.url}`);
  const began = performance.now();
  const { status } = await visitor.post(new URL(form.action, login.url).href, {
    ...form.fields,
    identifier,
    password: 'not the right password',
  });
  if (status !== 422) throw new Error(`a wrong sign-in was answered ${status}`);
  return performance.now() - began;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
