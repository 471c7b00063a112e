import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** What `bin/compile.js` runs: loads every file that a server or a command may ever load. Importing one does nothing. */

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** They do something. */
const programs = ['main.ts', 'compile.ts', 'generate.ts'].map((name) => join(root, 'src', name));

for (const folder of ['src', 'views', 'migrations']) {
  const entries = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  const files = entries.filter((name) => name.endsWith('.ts')).map((name) => join(root, folder, name));
  for (const file of files.filter((each) => !programs.includes(each))) await import(pathToFileURL(file).href);
}
