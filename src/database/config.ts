import { z } from 'zod';

/** The section `database`. */
export const databaseConfig = z
  .strictObject({
    poolSize: z
      .int()
      .min(1)
      .max(200)
      .default(10)
      .describe('PostgreSQL: how many connections one process opens at most.'),
    connectTimeoutSeconds: z
      .number()
      .min(0.1)
      .max(60)
      .default(5)
      .describe('PostgreSQL: how many seconds to wait for a connection before answering 503.'),
    statementTimeoutSeconds: z
      .number()
      .min(0.1)
      .max(600)
      .default(15)
      .describe('PostgreSQL: how many seconds one statement may take. Migrations have no such limit.'),
    lockTimeoutSeconds: z
      .number()
      .min(0.1)
      .max(600)
      .default(10)
      .describe(
        'How many seconds a write waits for another write: of the same row, with SQLite of anything.',
      ),
    pooler: z
      .boolean()
      .default(false)
      .describe(
        'PostgreSQL: whether a pooler in transaction mode (PgBouncer) is in between. Statements are then not prepared, and the timeouts are set inside each transaction; for statements outside of transactions, set `statement_timeout` and `lock_timeout` on the database role.',
      ),
    sweepEverySeconds: z
      .number()
      .min(1)
      .max(86_400)
      .default(60)
      .describe('How often expired rows are removed, in seconds.'),
  })
  .prefault({});

export type DatabaseConfig = z.infer<typeof databaseConfig>;
