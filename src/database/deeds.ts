import { resolve } from 'node:path';
import { z } from 'zod';
import { type Deed, defineDeed } from '../deeds/deeds.ts';
import type { Clock } from '../lib/clock.ts';
import type { BackupSource } from './backup.ts';
import type { DatabaseConfig } from './config.ts';
import type { Database } from './database.ts';
import type { MigrationStatus } from './migrate.ts';

export type DatabaseDeedsDeps = {
  /** The part of the configuration that is needed; read when a command runs. */
  config(): Promise<BackupSource & { database: DatabaseConfig }>;
  clock: Clock;
};

/** What `migrate` did, or what `--status` saw. */
type Migrated = { applied: readonly string[] } | { migrations: readonly MigrationStatus[] };

/**
 * `migrate`, `backup` and `restore`. They open the database themselves: with the rest of the server it would be migrated.
 * What they do is loaded when they run: the help of every command reads this file.
 */
export const databaseDeeds: readonly Deed<DatabaseDeedsDeps>[] = [
  defineDeed('migrate', {
    summary: 'Brings the tables of the database up to date. `start` does the same.',
    input: z.strictObject({
      status: z.boolean().default(false).describe('Only show which migrations are applied.'),
    }),
    permission: 'database:write',
    async run({ config, clock }: DatabaseDeedsDeps, { status }) {
      const { migrate, migrationStatus } = await import('./migrate.ts');
      return await withDatabase(
        await config(),
        async (db): Promise<Migrated> =>
          status ? { migrations: await migrationStatus(db) } : await migrate({ db, clock }),
      );
    },
    show: (done) =>
      'applied' in done ? { applied: done.applied } : { migrations: done.migrations.map(toJson) },
    command: {
      text(done) {
        if ('migrations' in done) return done.migrations.map(toLine).join('\n');
        return done.applied.length === 0
          ? 'The database is up to date.'
          : `Applied:\n${done.applied.join('\n')}`;
      },
    },
  }),
  defineDeed('backup', {
    summary: 'Writes a consistent copy of the database to a new file, also while the server runs.',
    input: z.strictObject({ file: z.string().describe('The file to write. It must not exist.') }),
    permission: 'database:read',
    async run({ config }: DatabaseDeedsDeps, { file }) {
      const { backUp } = await import('./backup.ts');
      const source = await config();
      const path = resolve(file);
      const { bytes } = await backUp(source, path);
      return { path, bytes, isPostgres: source.databaseUrl !== undefined };
    },
    show: ({ path, bytes }) => ({ file: path, bytes }),
    command: {
      positionals: ['file'],
      text({ path, bytes, isPostgres }) {
        const key = isPostgres ? 'SECRET_KEY' : 'SECRET_KEY, or secret.key of the data folder';
        return `Wrote ${path} (${bytes} bytes).\nKeep ${key} as well, in another place: without it the secrets in the backup cannot be decrypted. \`gatehouse restore ${path}\` puts it back, with the server stopped.`;
      },
    },
  }),
  defineDeed('restore', {
    summary: 'Replaces the database by a backup, with the server stopped. The present database is kept.',
    input: z.strictObject({ file: z.string().describe('The file that `backup` wrote.') }),
    permission: 'database:write',
    async run({ config, clock }: DatabaseDeedsDeps, { file }) {
      const { restore } = await import('./restore.ts');
      const source = await config();
      const openPostgres = () => open(source);
      const path = resolve(file);
      const { kept } = await restore({ ...source, openPostgres }, path, clock.now());
      return { path, kept, isPostgres: source.databaseUrl !== undefined };
    },
    show: ({ path, kept }) => ({ restored: path, kept: kept ?? null }),
    command: {
      positionals: ['file'],
      text({ path, kept, isPostgres }) {
        const before =
          kept === undefined
            ? ''
            : ` What was there before is ${isPostgres ? `in the schema ${kept}` : kept}; delete it when you no longer need it.`;
        return `Restored ${path}.${before}\nEverything is as it was at that backup, passwords too. People who were disabled or signed out after that backup may be enabled or signed in again: disable or sign them out once more.\nStart the server with the SECRET_KEY, or secret.key, of that backup.`;
      },
    },
  }),
];

type Source = Awaited<ReturnType<DatabaseDeedsDeps['config']>>;

async function withDatabase<T>(source: Source, work: (db: Database) => Promise<T>): Promise<T> {
  const db = await open(source);
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

async function open({ databaseUrl, dataDir, database }: Source): Promise<Database> {
  const { createDatabase } = await import('./database.ts');
  return await createDatabase({ url: databaseUrl, dataDir, config: database });
}

function toJson({ name, applied, appliedAt }: MigrationStatus) {
  return {
    name,
    applied,
    ...(appliedAt === undefined ? {} : { applied_at: new Date(appliedAt).toISOString() }),
  };
}

function toLine({ name, appliedAt }: MigrationStatus): string {
  return `${name}  ${appliedAt === undefined ? 'not applied' : `applied ${new Date(appliedAt).toISOString()}`}`;
}
