import { seeOther } from '../http/routes.ts';
import { browserName } from '../lib/browser-name.ts';
import { defined } from '../lib/defined.ts';
import type { SignInSession } from '../oidc/oidc.ts';
import type { Sentence } from '../views/views.ts';
import type { AccountDeps, OwnPage } from './deps.ts';
import { otherSessionsEnded, sessionEnded } from './events.ts';
import type { FreshProof } from './fresh-proof.ts';
import { recordOwn } from './own-audit.ts';
import { ACCOUNT_CLIENT_ID } from './sign-in.ts';
import type { SignOut } from './sign-out.ts';

type SessionsDeps = Pick<AccountDeps, 'config' | 'pages' | 'clients' | 'oidc' | 'access' | 'audit'> & {
  signOut: SignOut;
  freshProof: FreshProof;
};

/** `/account/sessions`: where you are signed in. A session that ends here is refused at its next request. */
export function createSessions(deps: SessionsDeps): {
  show: OwnPage;
  end: OwnPage;
  endOthers: OwnPage;
} {
  const { config, pages, clients, oidc, access, audit, signOut, freshProof } = deps;
  const here = `${config.base}/account/sessions`;

  return {
    async show(ctx, { person, sessionUid }) {
      const sessions = await oidc.sessions.listByUser(person.id);
      const notice = NOTICES[String(ctx.query.notice)];
      pages.show(ctx, 'account/sessions', {
        sessions: await Promise.all(
          sessions.map(async (session) => ({
            id: session.uid,
            browser: browserName(session.userAgent),
            network: session.network,
            startedAt: session.startedAt,
            lastSeenAt: session.lastSeenAt,
            isCurrent: session.uid === sessionUid,
            apps: await appsOf(session),
          })),
        ),
        endAction: `${here}/end`,
        endOthersAction: `${here}/end-others`,
        signOutAction: `${config.base}/account/sign-out`,
        ...defined({ notice }),
      });
    },

    /** Ends one of the person's own sessions, after a fresh proof; another person's id does nothing. */
    async end(ctx, signedIn) {
      const uid = ctx.state.form.session ?? '';
      if (uid === signedIn.sessionUid) return signOut(ctx, signedIn);
      if (!freshProof.demandAny(ctx, signedIn, BACK)) return;
      const own = await oidc.sessions.listByUser(signedIn.person.id);
      if (own.some((session) => session.uid === uid)) {
        await access.end(signedIn.person.id, 'signed_out', { sessionUid: uid });
        await recordOwn(audit, ctx, signedIn, sessionEnded);
      }
      seeOther(ctx, `${here}?notice=ended`);
    },

    async endOthers(ctx, signedIn) {
      if (!freshProof.demandAny(ctx, signedIn, BACK)) return;
      await access.end(signedIn.person.id, 'other_sessions_ended', { sessionUid: signedIn.sessionUid });
      await recordOwn(audit, ctx, signedIn, otherSessionsEnded);
      seeOther(ctx, `${here}?notice=others_ended`);
    },
  };

  async function appsOf({ clientIds }: SignInSession): Promise<string[]> {
    const others = clientIds.filter((id) => id !== ACCOUNT_CLIENT_ID);
    const found = await Promise.all(others.map((id) => clients.find(id)));
    return found.flatMap((client) => (client ? [client.name] : []));
  }
}

/** The page that opens after a proof that ending sessions had asked for: its button has to be pressed again. */
const BACK = 'sessions?notice=again';

const NOTICES: Record<string, Sentence | undefined> = {
  ended: { key: 'sessions.ended' },
  others_ended: { key: 'sessions.others_ended' },
  again: { key: 'account.again' },
};
