import { execFile } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';

/** What the tests need from the system, and how to see that it is there. */
export interface Installation {
  /** Names of Debian packages. */
  packages: string[];
  /** Looked at before each attempt: another test run may have installed it meanwhile. */
  isThere(): boolean;
  /** Its name for people. */
  what: string;
}

/**
 * Installs Debian packages where that is possible without asking (root, apt-get), one test run at a time, without
 * starting the services in them. Else throws one sentence that says what to install.
 */
export async function installPackages({ packages, isThere, what }: Installation): Promise<void> {
  if (isThere()) return;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new Error(`The tests need ${what}: install it (on Debian: apt-get install ${packages.join(' ')}).`);
  }
  console.error(`Installing ${what} for the tests (${packages.join(' ')})`);
  let failure: unknown;
  for (let attempt = 1; attempt <= 4 && !isThere(); attempt++) {
    failure = await install(packages).catch((error: unknown) => error);
  }
  if (!isThere()) {
    throw new Error(
      `The tests need ${what}: apt-get install ${packages.join(' ')} failed.\n${logOf(failure)}`,
    );
  }
}

async function install(packages: string[]): Promise<void> {
  const servicesMayStart = forbidServiceStarts();
  try {
    await apt('update');
    await apt('install', '-y', '--no-install-recommends', ...packages);
  } finally {
    servicesMayStart();
  }
}

/** The lock keeps our own test runs apart; the options wait for anybody else's apt and retry a broken download. */
async function apt(...args: string[]): Promise<void> {
  const options = ['-q', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3'];
  await promisify(execFile)('flock', ['/tmp/gatehouse-apt.lock', 'apt-get', ...options, ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
    maxBuffer: 64 * 1024 * 1024,
    timeout: 15 * 60_000,
  });
}

/** Debian asks this file before it starts a service of a new package: 101 is "no". Answers how to take it back. */
function forbidServiceStarts(): () => void {
  const policy = '/usr/sbin/policy-rc.d';
  try {
    writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755, flag: 'wx' });
    return () => rmSync(policy, { force: true });
  } catch {
    return () => {}; // the machine has its own policy
  }
}

function logOf(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure);
  const { stdout = '', stderr = '' } = failure as Error & { stdout?: string; stderr?: string };
  return `${failure.message}\n${stdout}\n${stderr}`.slice(-8_000);
}
