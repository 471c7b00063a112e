import { z } from 'zod';

/** The section `database`. */
export const databaseConfig = z
  .strictObject({
    poolSize: z
      .int()
      .min(1)
      .max(200)
      .default(10)
      .describe('PostgreSQL: how many connections one process holds at most.'),
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
      .describe('How many seconds a write waits for another one (a row, or the one writer of SQLite).'),
    pooler: z
      .boolean()
      .default(false)
      .describe(
        'PostgreSQL: a pooler in transaction mode (PgBouncer) stands in between. Statements are not prepared, and the limits of time are set inside each transaction; give the role its own `statement_timeout` and `lock_timeout` for the statements outside of one.',
      ),
    sweepEverySeconds: z
      .number()
      .min(1)
      .max(86_400)
      .default(60)
      .describe('How many seconds lie between two rounds that remove expired rows.'),
  })
  .prefault({});

export type DatabaseConfig = z.infer<typeof databaseConfig>;
