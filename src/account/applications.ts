import type { Consent } from '../consents/consents.ts';
import { requestInfo } from '../http/request.ts';
import { seeOther } from '../http/routes.ts';
import { appOf, scopeGroups } from '../interaction/interaction.ts';
import { defined } from '../lib/defined.ts';
import type { OwnApiKeys } from './api-keys.ts';
import type { AccountDeps, OwnPage, SignedIn } from './deps.ts';
import { consentWithdrawn } from './events.ts';
import { recordOwn } from './own-audit.ts';
import { ACCOUNT_CLIENT_ID } from './sign-in.ts';

type ApplicationsDeps = Pick<
  AccountDeps,
  'config' | 'pages' | 'clients' | 'resourceServers' | 'i18n' | 'oidc' | 'access' | 'audit'
> & { apiKeysFor: OwnApiKeys['linkFor'] };

/** `/account/applications`: which apps may use the account, and an end to it. */
export function createApplications(deps: ApplicationsDeps): { show: OwnPage; withdraw: OwnPage } {
  const { config, pages, clients, oidc, access, audit } = deps;
  const here = `${config.base}/account/applications`;

  return {
    async show(ctx, signedIn) {
      const { locale } = requestInfo(ctx);
      const consents = await listConsents(signedIn);
      const withdrawn = await clients.find(String(ctx.query.withdrawn ?? ''));
      pages.show(ctx, 'account/applications', {
        applications: await Promise.all(consents.map((consent) => describe(consent, signedIn, locale))),
        withdrawAction: `${here}/withdraw`,
        ...(await deps.apiKeysFor(signedIn.person)),
        signOutAction: `${config.base}/account/sign-out`,
        ...(withdrawn && !consents.some(({ clientId }) => clientId === withdrawn.id)
          ? { notice: { key: 'applications.withdrawn', values: { app: withdrawn.name } } }
          : {}),
      });
    },

    /** Ends the consent and every grant that came of it; the app has to ask again. */
    async withdraw(ctx, signedIn) {
      const clientId = ctx.state.form.client ?? '';
      const consents = await listConsents(signedIn);
      if (consents.some((consent) => consent.clientId === clientId)) {
        await access.end(signedIn.person.id, 'consent_withdrawn', { clientId });
        await recordOwn(audit, ctx, signedIn, consentWithdrawn, { clientId });
      }
      seeOther(ctx, `${here}?${new URLSearchParams({ withdrawn: clientId })}`);
    },
  };

  async function listConsents({ person }: SignedIn): Promise<Consent[]> {
    const consents = await oidc.consents.listByUser(person.id);
    return consents.filter(({ clientId }) => clientId !== ACCOUNT_CLIENT_ID);
  }

  async function describe(consent: Consent, { person }: SignedIn, locale: string) {
    const client = await clients.find(consent.clientId);
    const groups = await scopeGroups(deps, { asked: consent.allowed, person, locale });
    return {
      clientId: consent.clientId,
      name: client?.name ?? consent.clientId,
      host: client ? appOf(client, undefined).host : '',
      sentences: groups.flatMap(({ scopes }) => scopes.map(({ sentence }) => sentence)),
      since: consent.createdAt,
      ...defined({ lastUsedAt: consent.lastUsedAt, logo: client?.settings?.logo }),
    };
  }
}
