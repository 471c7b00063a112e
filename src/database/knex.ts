import Module, { createRequire } from 'node:module';

const ours = createRequire(import.meta.url);

/** Parts of knex, for which it has no types, by their paths: `lib/dialects/better-sqlite3/index.js`. */
export const requireOfKnex = (path: string) => ours(`knex/${path}`);

shareLodash();

/** The query builder. Who needs it takes it from here. */
export const { knex }: typeof import('knex') = ours('knex');

/**
 * knex asks for 36 functions of lodash by their own files, and these for 200 more: a quarter of all files that a command
 * loads, and 2 MB of an idle server. The one file in which lodash has every function stands in for them, by Node's
 * `require.cache`. Of a function that it has not, the own file is loaded as ever.
 */
function shareLodash(): void {
  const file = createRequire(ours.resolve('knex')).resolve('lodash/lodash.min.js');
  const folder = file.slice(0, -'lodash.min.js'.length);
  for (const [name, value] of Object.entries(ours(file) as object)) {
    if (typeof value !== 'function') continue;
    const path = `${folder}${name}.js`;
    const standIn = new Module(path);
    standIn.exports = value;
    standIn.loaded = true;
    ours.cache[path] ??= standIn;
  }
}
