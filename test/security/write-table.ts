import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tableOf } from './table.ts';

/** Writes docs/security-testing.md. `npm run generate`; `npm run check` fails when something changes. */

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const files = globSync('test/**/*.test.ts', { cwd: root }).map((file) => file.replaceAll('\\', '/'));
const texts = new Map(files.sort().map((file) => [file, readFileSync(join(root, file), 'utf8')]));
const { text, faults } = tableOf(texts);
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
else writeFileSync(join(root, 'docs/security-testing.md'), text);
