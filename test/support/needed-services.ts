import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Whether one of these test files reaches code that asks for PostgreSQL or Redis: the file itself, or what it imports,
 * however far away, reads one of their addresses from the environment. Types are not followed.
 */
export function needServices(testFiles: readonly string[]): boolean {
  const seen = new Set<string>();
  const waiting = [...testFiles];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path) || !existsSync(path)) continue;
    seen.add(path);
    const source = readFileSync(path, 'utf8');
    if (/\bprocess\.env\.TEST_(?:DATABASE|REDIS)_URL\b/.test(source) && !isStarter(path)) return true;
    for (const specifier of importsOf(source)) waiting.push(resolve(dirname(path), specifier));
  }
  return false;
}

/** It sets the addresses; who imports it for a server of its own reads none of them. */
const isStarter = (path: string) => path.endsWith('/test/support/services.ts');

function importsOf(source: string): string[] {
  const statements = source.matchAll(/^(?:import|export)\b(?!\s+type\b)[^;'"]*['"](\.[^'"]+)['"]/gm);
  const calls = source.matchAll(/\bimport\(\s*['"](\.[^'"]+)['"]/g);
  return [...statements, ...calls].map(([, specifier = '']) => specifier);
}
