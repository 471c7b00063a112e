import { type ChildProcess, spawn } from 'node:child_process';

interface WatchOptions {
  signal: 'INT' | 'TERM' | 'QUIT' | 'KILL';
  /** Removed after the program has ended. */
  folder?: string;
  /** The program was started detached, and its children are to end with it. */
  isGroup?: boolean;
}

/**
 * Sees to it that a program started by a test does not outlive the test run, however the run ends: a small shell
 * beside it reads from us, and when our end closes, because we ended or were killed, it ends the program.
 */
export function watch(child: ChildProcess, { signal, folder = '', isGroup = false }: WatchOptions): void {
  if (child.pid === undefined) return; // it never started: its 'error' event tells
  const target = String(isGroup ? -child.pid : child.pid);
  const script = `kill -s "$1" -- "$2" 2>/dev/null || exit 0
    while kill -s 0 -- "$2" 2>/dev/null; do sleep 0.1; done
    if [ -n "$3" ]; then rm -rf "$3"; fi`;
  const watchdog = runWhenWeEnd(script, signal, target, folder);
  // The number of an ended process is given to another one some day: never signal it then. A group keeps its number
  // while one of its members lives, and those are to end with us, too.
  child.once('exit', () => {
    if (!isGroup || !isThere(Number(target))) watchdog.kill('SIGKILL');
  });
}

function isThere(target: number): boolean {
  try {
    return process.kill(target, 0);
  } catch {
    return false;
  }
}

/** Removes a folder when the test file that made it has ended, however it ended. */
export function removeWhenWeEnd(folder: string): void {
  runWhenWeEnd('until rm -rf "$1" 2>/dev/null; do sleep 0.1; done', folder);
}

function runWhenWeEnd(script: string, ...args: string[]): ChildProcess {
  // Detached: a Ctrl-C at the terminal goes to the test run, and must not end the watchdog first.
  const watchdog = spawn('/bin/sh', ['-c', `read -r _; ${script}`, 'watchdog', ...args], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watchdog.stdin?.on('error', () => {}); // it ended already
  watchdog.unref();
  return watchdog;
}
