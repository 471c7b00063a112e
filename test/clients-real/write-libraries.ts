import { writeFileSync } from 'node:fs';
import { librariesPage } from './libraries-page.ts';

/** Writes docs/libraries.md. `npm run generate`; `npm run check` fails when something changes. */
writeFileSync(new URL('../../docs/libraries.md', import.meta.url), librariesPage());
