import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** They do something when they are loaded. The first one is what runs. */
const programs = ['main.ts', 'generate.ts'].map((name) => join(root, 'src', name));
/** Of these some are loaded by `require`, for which Node keeps what it made apart. */
const required = ['i18n', 'views'].map((folder) => join(root, 'src', folder));
const require = createRequire(import.meta.url);

/** Loads every file that a server or a command may ever load; Node keeps what it made of each. Answers how many. */
export async function compileAll(): Promise<number> {
  const files = ['src', 'views', 'migrations'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => join(root, folder, name))
      .filter((file) => file.endsWith('.ts') && !programs.includes(file)),
  );
  for (const file of files) {
    await import(pathToFileURL(file).href);
    if (required.includes(dirname(file))) require(file);
  }
  return files.length;
}
