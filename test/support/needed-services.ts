import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Whether one of these test files reaches code that asks for PostgreSQL or Redis: the file itself, or what it imports,
 * however far away, reads one of their addresses from the environment. Types are not followed.
 */
export function needServices(testFiles: readonly string[]): boolean {
  return reaches(testFiles, ({ readsAnAddress }) => readsAnAddress);
}

/** Whether one of these test files opens a browser. */
export function needBrowser(testFiles: readonly string[]): boolean {
  return reaches(testFiles, ({ path }) => path.endsWith('/test/support/browser.ts'));
}

/** Whether one of these test files may start other programs, Gatehouse itself among them. */
export function startPrograms(testFiles: readonly string[]): boolean {
  return reaches(testFiles, ({ path }) => path.endsWith('/test/support/watchdog.ts'));
}

type Source = { path: string; readsAnAddress: boolean; imports: string[] };

function reaches(testFiles: readonly string[], isSuch: (source: Source) => boolean): boolean {
  const seen = new Set<string>();
  const waiting = [...testFiles];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const source = read(path);
    if (source === undefined) continue;
    if (isSuch(source)) return true;
    waiting.push(...source.imports);
  }
  return false;
}

/** What is asked of every file of a run is read once. */
const sources = new Map<string, Source | undefined>(); // at most one for each file of the repository

function read(path: string): Source | undefined {
  if (!sources.has(path)) sources.set(path, existsSync(path) ? describe(path) : undefined);
  return sources.get(path);
}

function describe(path: string): Source {
  const text = readFileSync(path, 'utf8');
  return {
    path,
    readsAnAddress: /\bprocess\.env\.TEST_(?:DATABASE|REDIS)_URL\b/.test(text) && !isStarter(path),
    imports: importsOf(text).map((specifier) => resolve(dirname(path), specifier)),
  };
}

/** It sets the addresses; who imports it for a server of its own reads none of them. */
const isStarter = (path: string) => path.endsWith('/test/support/services.ts');

function importsOf(source: string): string[] {
  const statements = source.matchAll(/^(?:import|export)\b(?!\s+type\b)[^;'"]*['"](\.[^'"]+)['"]/gm);
  const calls = source.matchAll(/\bimport\(\s*['"](\.[^'"]+)['"]/g);
  return [...statements, ...calls].map(([, specifier = '']) => specifier);
}
