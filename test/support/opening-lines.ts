import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Reporter, Vitest } from 'vitest/node';
import { needBrowser, needServices, startPrograms } from './needed-services.ts';
import { planPostgres, planRedis } from './services.ts';

/** What a run is about to do, before it does anything: how many files, on what, and how long that takes. */

let vitest: Vitest | undefined;

export const openingLines: Reporter = {
  onInit(begun) {
    vitest = begun;
  },
  onTestRunStart(specifications) {
    const files = specifications.map(({ moduleId }) => moduleId);
    const atOnce = Number(vitest?.config.maxWorkers ?? 1);
    const isOnServices = needServices(files) && process.env.TEST_STORAGES !== 'sqlite';
    console.log(
      [
        `${count(files.length, 'test file')}, ${atOnce} at a time: ${inWords(expectedSeconds(files, atOnce))} on ${count(atOnce, 'free core')}.`,
        ...(isOnServices ? [`PostgreSQL: ${planPostgres()}.`, `Redis: ${planRedis()}.`] : []),
        ...(needBrowser(files) ? [`Chromium: ${planBrowser()}.`] : []),
        '',
      ].join('\n'),
    );
  },
};

function planBrowser(): string {
  const asked = process.env.TEST_BROWSER;
  return asked
    ? `${asked} (TEST_BROWSER)`
    : 'the one that npm brings, or an installed one where that does not start';
}

/** Seconds of the clock, when `atOnce` files run at any time. */
export function expectedSeconds(files: readonly string[], atOnce: number): number {
  const known = readDurations();
  const each = files.map((file) => known.get(file) ?? guess(file));
  const sum = each.reduce((total, seconds) => total + seconds, 0);
  // The last file may begin when all others are done; services and the runner itself take some seconds.
  return Math.max(sum / atOnce, ...each) + (needServices(files) ? 5 : 1);
}

/** Means of whole runs on two cores, loading included, for a machine that has never run the file. */
function guess(file: string): number {
  if (needBrowser([file])) return 13.5;
  if (startPrograms([file])) return 9.5;
  return needServices([file]) ? 6 : 1;
}

/** What vitest does not count: a process of its own for the file, and loading what it imports. Means of whole runs, too. */
function loadingSeconds(file: string): number {
  return needServices([file]) || startPrograms([file]) ? 1.5 : 0.5;
}

/** Seconds of each file when it ran here last: what vitest remembers to begin with the longest. */
function readDurations(): Map<string, number> {
  const known = new Map<string, number>(); // at most one for each test file
  const { cache, root } = vitest?.config ?? {};
  if (!cache || !root) return known;
  try {
    const { results } = JSON.parse(readFileSync(join(cache.dir, 'results.json'), 'utf8')) as Remembered;
    for (const [key, { duration }] of results) {
      const file = join(root, key.replace(/^[^:]*:/, ''));
      known.set(file, duration / 1000 + loadingSeconds(file));
    }
  } catch {
    // It is the first run here.
  }
  return known;
}

type Remembered = { results: [key: string, { duration: number }][] };

export function inWords(seconds: number): string {
  if (seconds < 45) return `about ${Math.max(5, Math.ceil(seconds / 5) * 5)} seconds`;
  return `about ${count(Math.max(1, Math.round(seconds / 60)), 'minute')}`;
}

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;

/** How a file is called in what is printed. */
export const nameOf = (path: string) => relative(vitest?.config.root ?? process.cwd(), path);
