import type { Database } from '../database/database.ts';
import type { SweptTable } from '../database/sweeper.ts';

/** A mail that this worker alone may send, until its lease runs out by the database's clock. */
export type TakenMail = { id: string; sealed: string; attempts: number };

export type MailStore = ReturnType<typeof createMailStore>;

export function createMailStore(db: Database) {
  const later = (ms: number) => db.knex.raw('? + ?', [db.nowMs(), ms]);

  return {
    async insert(mail: { id: string; sealed: string; keepMs: number }): Promise<void> {
      await db('mails').insert({
        id: mail.id,
        sealed: mail.sealed,
        attempts: 0,
        next_attempt_at: db.nowMs(),
        expires_at: later(mail.keepMs),
      });
    },

    /**
     * Takes the mail that waits longest, and puts its next attempt behind the lease: should the worker die, another
     * one takes it then. One statement, so that one worker gets it.
     */
    async take(holder: string, leaseMs: number): Promise<TakenMail | undefined> {
      const due = db('mails')
        .select('id')
        .where('next_attempt_at', '<=', db.nowMs())
        .where('expires_at', '>', db.nowMs())
        .orderBy('next_attempt_at')
        .limit(1);
      if (db.dialect === 'postgres') due.forUpdate().skipLocked();
      // `=` and not `in`: PostgreSQL may run a list's query more than once, and lock more than one mail.
      const [row]: TakenMail[] = await db('mails')
        .where('id', '=', due)
        .update({
          lease_holder: holder,
          next_attempt_at: later(leaseMs),
          attempts: db.knex.raw('attempts + 1'),
        })
        .returning(['id', 'sealed', 'attempts']);
      return row;
    },

    /** Sent, or given up: gone. Nothing when the lease ran out and another worker has it. */
    async remove(id: string, holder: string): Promise<void> {
      await db('mails').where({ id, lease_holder: holder }).delete();
    },

    async postpone(id: string, holder: string, delayMs: number): Promise<void> {
      await db('mails')
        .where({ id, lease_holder: holder })
        .update({ lease_holder: null, next_attempt_at: later(delayMs) });
    },

    /** How many wait for the mail server, those that are on their way among them. */
    async count(): Promise<number> {
      const row = await db('mails').where('expires_at', '>', db.nowMs()).count({ count: '*' }).first();
      return Number(row?.count ?? 0);
    },

    /** Milliseconds until the next mail is due; `undefined` when there is none. */
    async untilNext(): Promise<number | undefined> {
      const row = await db('mails')
        .where('expires_at', '>', db.nowMs())
        .orderBy('next_attempt_at')
        .first(db.knex.raw('next_attempt_at - ? as wait', [db.nowMs()]));
      return row?.wait;
    },
  };
}

/** For the sweeper: what could not be sent for too long. */
export const sweptMails: SweptTable = { name: 'mails', key: 'id', expiresAt: 'expires_at' };

/** For `keys reseal`. */
export const sealedMailColumns = [
  { table: 'mails', column: 'sealed', idColumn: 'id', context: mailContext },
  { table: 'mailbox', column: 'sealed', idColumn: 'id', context: mailboxContext },
];

export function mailContext(id: string): string {
  return `mails.sealed:${id}`;
}

export function mailboxContext(id: string): string {
  return `mailbox.sealed:${id}`;
}

/** The mailbox of a machine without a mail server. */
export function createMailboxStore(db: Database) {
  return {
    /** Keeps the newest ones. */
    async insert(mail: { id: string; sealed: string; at: number }, keep: number): Promise<void> {
      await db('mailbox').insert({ id: mail.id, sealed: mail.sealed, received_at: mail.at });
      const kept = db('mailbox').select('id').orderBy('received_at', 'desc').orderBy('id').limit(keep);
      await db('mailbox').whereNotIn('id', kept).delete();
    },

    /** Newest first. */
    async list(): Promise<{ id: string; sealed: string }[]> {
      return db('mailbox').select('id', 'sealed').orderBy('received_at', 'desc').orderBy('id');
    },
  };
}
