import { defined } from '../lib/defined.ts';
import { displayName } from '../users/users.ts';
import type { AccountDeps, OwnPage } from './deps.ts';
import type { OwnLostDevice } from './lost-device.ts';
import type { PasskeySignals } from './passkey-signals.ts';
import { ACCOUNT_CLIENT_ID } from './sign-in.ts';

/** `/account`: who you are, and how much has access. */
export function createOverview({
  config,
  pages,
  oidc,
  mail,
  passkeySignals,
  lostFacts,
}: Pick<AccountDeps, 'config' | 'pages' | 'oidc' | 'mail'> & {
  passkeySignals: PasskeySignals;
  lostFacts: OwnLostDevice['facts'];
}): { show: OwnPage } {
  return {
    async show(ctx, { person }) {
      const [sessions, consents, { waiting }] = await Promise.all([
        oidc.sessions.listByUser(person.id),
        oidc.consents.listByUser(person.id),
        lostFacts(person),
      ]);
      pages.show(ctx, 'account/overview', {
        person: {
          name: displayName(person),
          email: person.email,
          emailVerified: person.emailVerified,
          isAdmin: person.isAdmin,
        },
        ...defined({ waiting }),
        ...(config.account.emailChange && mail.isAvailable
          ? { emailUrl: `${config.base}/account/email` }
          : {}),
        sessionCount: sessions.length,
        applicationCount: consents.filter(({ clientId }) => clientId !== ACCOUNT_CLIENT_ID).length,
        signOutAction: `${config.base}/account/sign-out`,
        ...(await passkeySignals.ofWhoHasSome(person)),
      });
    },
  };
}
