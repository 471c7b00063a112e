import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Beats, Held } from './inside.ts';

/** Lets a test look into servers that it starts with `environment`, each by its port. */
export async function createInsight() {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-inside-'));
  const program = fileURLToPath(new URL('inside.ts', import.meta.url));

  const ask = <Told>(port: number, path: string) =>
    new Promise<Told>((resolve, reject) => {
      get({ socketPath: join(folder, String(port)), path }, (response) => {
        text(response).then((body) => resolve(JSON.parse(body) as Told), reject);
      }).once('error', reject);
    });

  return {
    environment: { NODE_OPTIONS: `--import=${program}`, INSIDE_SOCKETS: folder },
    held: (port: number) => ask<Held>(port, '/'),
    beats: async (port: number) => (await ask<Beats>(port, '/beats')).beats,
    close: () => rm(folder, { recursive: true }),
  };
}
