import type { Database } from '../database/database.ts';

/** The SQL of who made their account with a mailbox alone, and is to be offered another way once. */
export function createRegistrationStore(db: Database) {
  return {
    async save(userId: string): Promise<void> {
      await db('registrations_by_mail').insert({ user_id: userId });
    },

    async isOfferOpen(userId: string): Promise<boolean> {
      const row = await db('registrations_by_mail')
        .where({ user_id: userId })
        .whereNull('offer_answered_at')
        .first('user_id');
      return row !== undefined;
    },

    async closeOffer(userId: string, now: number): Promise<void> {
      await db('registrations_by_mail')
        .where({ user_id: userId })
        .whereNull('offer_answered_at')
        .update({ offer_answered_at: now });
    },
  };
}
