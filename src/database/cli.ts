import { resolve } from 'node:path';
import type { Clock } from '../lib/clock.ts';
import type { Command } from '../lib/command.ts';
import { type BackupSource, backUp } from './backup.ts';
import type { DatabaseConfig } from './config.ts';
import { createDatabase, type Database } from './database.ts';
import { type MigrationStatus, migrate, migrationStatus } from './migrate.ts';

type DatabaseCommandsDeps = {
  /** The part of the configuration that is needed; read when a command runs. */
  config(): BackupSource & { database: DatabaseConfig };
  clock: Clock;
};

/** `migrate` and `backup`. They open the database themselves: with the rest of the server it would be migrated. */
export function createDatabaseCommands({ config, clock }: DatabaseCommandsDeps): Command[] {
  return [
    {
      name: 'migrate',
      summary: 'Brings the tables of the database up to date. `start` does the same.',
      options: { status: { type: 'flag', help: 'Only show which migrations are applied.' } },
      run: ({ values }) =>
        withDatabase(config(), async (db) => {
          if (values.status) {
            const migrations = await migrationStatus(db);
            return { json: { migrations: migrations.map(toJson) }, text: migrations.map(toLine).join('\n') };
          }
          const { applied } = await migrate({ db, clock });
          const text =
            applied.length === 0 ? 'The database is up to date.' : `Applied:\n${applied.join('\n')}`;
          return { json: { applied }, text };
        }),
    },
    {
      name: 'backup',
      summary: 'Writes a consistent copy of the database to a new file, also while the server runs.',
      positionals: ['file'],
      async run({ positionals: [file = ''] }) {
        const source = config();
        const path = resolve(file);
        const { bytes } = await backUp(source, path);
        const restore = source.databaseUrl
          ? `Restore it with: pg_restore --clean --if-exists --no-owner --dbname=<database> ${path}`
          : `Restore it, with the server stopped, by putting it in place of gatehouse.sqlite (and removing gatehouse.sqlite-wal and gatehouse.sqlite-shm), with the same SECRET_KEY or secret.key.`;
        return { json: { file: path, bytes }, text: `Wrote ${path} (${bytes} bytes).\n${restore}` };
      },
    },
  ];
}

async function withDatabase<T>(
  { databaseUrl, dataDir, database }: ReturnType<DatabaseCommandsDeps['config']>,
  work: (db: Database) => Promise<T>,
): Promise<T> {
  const db = await createDatabase({ url: databaseUrl, dataDir, config: database });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
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
