import type { Clock } from '../lib/clock.ts';
import type { Mail } from '../mail/mail.ts';
import type { WayChange } from './methods.ts';

export type AnnouncerDeps = {
  users: {
    find(id: string): Promise<{ email: string; profile: Readonly<Record<string, unknown>> } | undefined>;
  };
  mail: Pick<Mail, 'send'>;
  clock: Clock;
  issuer: string;
};

/** Mails a person that a way to sign in was added: who did not do it, learns of it. */
export function createWayAnnouncer({ users, mail, clock, issuer }: AnnouncerDeps) {
  return async ({ method, userId, request }: WayChange): Promise<void> => {
    const person = await users.find(userId);
    if (!person) return;
    const { locale } = person.profile;
    await mail.send({
      to: person.email,
      template: 'way-changed',
      data: {
        what: 'enrolled',
        way: method,
        when: clock.now(),
        network: request.network,
        accountUrl: `${issuer}/account`,
      },
      locale: typeof locale === 'string' ? locale : request.locale,
    });
  };
}
