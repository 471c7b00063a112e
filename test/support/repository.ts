import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where this checkout is. */
export const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
