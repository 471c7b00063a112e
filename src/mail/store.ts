import type { Database } from '../database/database.ts';
import { sealedDeliveryColumn, sweptDeliveries } from '../deliveries/deliveries.ts';

/** What waits for the mail server. */
export const MAILS = 'mails';

/** For the sweeper: what could not be sent for too long. */
export const sweptMails = sweptDeliveries(MAILS);

/** For `keys reseal`. */
export const sealedMailColumns = [
  sealedDeliveryColumn(MAILS),
  { table: 'mailbox', column: 'sealed', idColumn: 'id', context: mailboxContext },
];

export function mailboxContext(id: string): string {
  return `mailbox.sealed:${id}`;
}

/** The mailbox of a machine without a mail server. */
export function createMailboxStore(db: Database) {
  return {
    /** Keeps the newest ones. */
    async insert(mail: { id: string; sealed: string; at: number }, keep: number): Promise<void> {
      const [row] = await db.hot<{ count: number }>(
        `insert into mailbox (id, sealed, received_at) values (?, ?, ?)
         returning (select count(*) from mailbox) as count`,
        [mail.id, mail.sealed, mail.at],
      );
      // Counted with or without the new one, as the database sees it.
      if ((row?.count ?? keep) < keep) return;
      const kept = db('mailbox').select('id').orderBy('received_at', 'desc').orderBy('id').limit(keep);
      await db('mailbox').whereNotIn('id', kept).delete();
    },

    /** Newest first. */
    async list(): Promise<{ id: string; sealed: string }[]> {
      return db('mailbox').select('id', 'sealed').orderBy('received_at', 'desc').orderBy('id');
    },
  };
}
