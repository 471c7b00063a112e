import { accessSync, constants } from 'node:fs';
import { flushCompileCache, getCompileCacheDir } from 'node:module';
import { join } from 'node:path';

const LAUNCHER = join(import.meta.dirname, '..', 'bin', 'gatehouse.js');
/** Says to the next process that it is the second one, so that there is never a third. */
const MARK = 'GATEHOUSE_COMPILED';

/**
 * Loads what a server needs. When Node had to strip types for that, because no start of before has left it what it
 * compiled, everything is compiled now and kept, and this process gives way to one that finds it, under the same id: the
 * compiler takes 20 MB that it would never give back. Does nothing where nothing can be kept.
 */
export async function loadCompiled(args: readonly string[]): Promise<void> {
  await Promise.all([
    import('./start.ts'),
    import('./app.ts'),
    import('./oidc/protocol.ts'),
    import('./http/server.ts'),
    import('./views/views.ts'),
  ]);
  const isSecond = process.env[MARK] !== undefined;
  delete process.env[MARK];
  // A parent's channel would be lost on the way.
  if (isSecond || !hasStripped() || !process.execve || process.send || !canKeep()) return;
  const { compileAll } = await import('./compile.ts');
  await compileAll();
  flushCompileCache();
  const words = [process.execPath, ...process.execArgv, LAUNCHER, ...args];
  process.execve(process.execPath, words, { ...process.env, [MARK]: '1' });
}

/** Whether Node's own compiler of types is loaded, by a Node that keeps what it made: 22 strips types anew each time. */
function hasStripped(): boolean {
  if (Number.parseInt(process.versions.node, 10) < 24) return false;
  const { moduleLoadList = [] } = process as { moduleLoadList?: readonly string[] };
  return moduleLoadList.some((name) => name.includes('/amaro/'));
}

function canKeep(): boolean {
  const folder = getCompileCacheDir();
  if (folder === undefined) return false;
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
