import type { RequestInfo } from '../http/request.ts';
import { browserName } from '../lib/browser-name.ts';
import type { Clock } from '../lib/clock.ts';
import type { Mail } from '../mail/mail.ts';
import type { User } from '../users/users.ts';

export type HalfSignInDeps = {
  mail: Pick<Mail, 'send'>;
  rateLimit: {
    hit(
      name: string,
      key: string,
      tier: { points: number; perSeconds: number },
    ): Promise<{ isAllowed: boolean }>;
  };
  clock: Clock;
  issuer: string;
};

/**
 * Mails a person that somebody gave the right password and a wrong second factor: once for each sign-in, by the
 * statement that counts it, and a few times an hour at most.
 */
export function createHalfSignInWarner({ mail, rateLimit, clock, issuer }: HalfSignInDeps) {
  return async (half: {
    signIn: string;
    person: User;
    clientName: string;
    request: RequestInfo;
  }): Promise<void> => {
    const { signIn, person, clientName, request } = half;
    const once = { points: 1, perSeconds: 3600 };
    if (!(await rateLimit.hit('interaction.half_sign_in', signIn, once)).isAllowed) return;
    const limit = { points: 3, perSeconds: 3600 };
    if (!(await rateLimit.hit('interaction.half_sign_in_mail', person.id, limit)).isAllowed) return;
    const { locale } = person.profile;
    await mail.send({
      to: person.email,
      template: 'second-factor-failed',
      data: {
        appName: clientName,
        when: clock.now(),
        network: request.network,
        device: browserName(request.userAgent),
        accountUrl: `${issuer}/account`,
      },
      locale: typeof locale === 'string' ? locale : request.locale,
    });
  };
}
