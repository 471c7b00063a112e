import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../support/repository.ts';
import { tableOf } from './table.ts';

/** Writes docs/security-testing.md. `npm run generate`; `npm run check` fails when something changes. */

const files = globSync('test/**/*.test.ts', { cwd: repository }).map((file) => file.replaceAll('\\', '/'));
const texts = new Map(files.sort().map((file) => [file, readFileSync(join(repository, file), 'utf8')]));
const { text, faults } = tableOf(texts);
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
else writeFileSync(join(repository, 'docs/security-testing.md'), text);
