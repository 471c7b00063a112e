import type { Allowed } from '../consents/consents.ts';
import { requestInfo } from '../http/request.ts';
import type { RouteContext } from '../http/routes.ts';
import { displayName, type User } from '../users/users.ts';
import type { Screens } from '../views/views.ts';
import type { InteractionDeps, PendingInteraction } from './deps.ts';
import { consentDenied, consentGiven } from './events.ts';
import type { Journey } from './journey.ts';
import { submitted } from './proved.ts';
import { scopeGroups } from './scope-groups.ts';
import { resume } from './sign-in.ts';
import { findSignedIn } from './signed-in.ts';
import { appOf } from './waiting-app.ts';

export type ConsentDeps = Pick<
  InteractionDeps,
  'config' | 'pages' | 'users' | 'resourceServers' | 'i18n' | 'audit' | 'oidc' | 'passkeys'
> & { lost(ctx: RouteContext, uid: string): Promise<void> };

/** The last step: may this app. */
export function createConsent(deps: ConsentDeps) {
  const { config, pages, users, audit, oidc, lost } = deps;

  return {
    async show(journey: Journey): Promise<void> {
      const person = await findSignedIn(journey, users);
      if (!person) return lost(journey.ctx, journey.interaction.uid);
      await showForm(journey, person);
    },

    /** `decision=allow` grants exactly what the page showed; `deny` tells the app `access_denied`. */
    async finish(journey: Journey): Promise<void> {
      const { ctx, interaction } = journey;
      const person = await findSignedIn(journey, users);
      if (!person) return lost(ctx, interaction.uid);
      const { decision } = ctx.state.form;
      if (decision === 'allow') return allow(journey, person);
      if (decision === 'deny') return deny(journey, person);
      await showForm(journey, person, 422);
    },
  };

  async function showForm(
    { ctx, interaction, client, to }: Journey,
    person: User,
    status = 200,
  ): Promise<void> {
    const asked = await askedBy(interaction, deps);
    const { locale } = requestInfo(ctx);
    pages.show(
      ctx,
      'interaction/consent',
      {
        step: { done: 2, total: 2 },
        action: to('consent'),
        app: appOf(client, interaction.params.redirect_uri),
        person: { name: displayName(person), email: person.email },
        switchAction: to('switch'),
        groups: await scopeGroups(deps, { asked, person, locale }),
        ...(await signalsOf(person)),
        accountUrl: `${config.base}/account/applications`,
      } satisfies Screens['interaction/consent'],
      { status },
    );
  }

  /** Often the first page of ours after the sign-in, and the last one for long. */
  async function signalsOf(person: User): Promise<{ signals?: string }> {
    const signals = await deps.passkeys?.signals(person);
    return signals && signals.allAcceptedCredentialIds.length > 0 ? { signals: JSON.stringify(signals) } : {};
  }

  async function allow(journey: Journey, person: User): Promise<void> {
    const { interaction, client } = journey;
    const asked = await askedBy(interaction, deps);
    await oidc.consents.remember(person.id, client.id, asked);
    interaction.result = { ...submitted(interaction), consent: {} };
    await interaction.persist();
    await record(journey, consentGiven, person, asked);
    resume(journey);
  }

  async function deny(journey: Journey, person: User): Promise<void> {
    const { interaction } = journey;
    interaction.result = {
      error: 'access_denied',
      error_description: 'the person did not allow the access that was asked for',
    };
    await interaction.persist();
    const asked = await askedBy(interaction, deps);
    await record(journey, consentDenied, person, asked);
    resume(journey);
  }

  async function record(
    { ctx, client }: Journey,
    event: typeof consentGiven | typeof consentDenied,
    person: User,
    { scopes, claims, resources }: Allowed,
  ): Promise<void> {
    await audit.record(event, {
      outcome: event === consentGiven ? 'success' : 'refused',
      actor: { type: 'person', id: person.id },
      userId: person.id,
      clientId: client.id,
      detail: { scopes, claims, resources },
      request: requestInfo(ctx),
    });
  }
}

/**
 * What is still missing; all that the app asks for when it wants the question to be asked again (`prompt=consent`) or
 * nothing is missing (a native app is asked for each time).
 */
async function askedBy(
  { prompt, params }: PendingInteraction,
  { resourceServers, oidc: { personClaims } }: Pick<ConsentDeps, 'resourceServers' | 'oidc'>,
): Promise<Allowed> {
  const missing: Allowed = {
    scopes: textsOf(prompt.details.missingOIDCScope),
    claims: textsOf(prompt.details.missingOIDCClaims),
    resources: Object.fromEntries(
      Object.entries(prompt.details.missingResourceScopes ?? {}).map(([resource, scopes]) => [
        resource,
        textsOf(scopes),
      ]),
    ),
  };
  const isMissing = ['op_scopes_missing', 'op_claims_missing', 'rs_scopes_missing'].some((reason) =>
    prompt.reasons.includes(reason),
  );
  if (isMissing && !prompt.reasons.includes('consent_prompt')) return missing;

  const scopes = typeof params.scope === 'string' ? params.scope.split(' ').filter(Boolean) : [];
  const resources: Record<string, readonly string[]> = { ...missing.resources };
  for (const resource of textsOf(params.resource)) {
    const known = await resourceServers.find(resource);
    const offered = (prompt.details.offered as Record<string, readonly string[]> | undefined)?.[resource];
    const names = new Set(offered ?? known?.scopes.map(({ name }) => name));
    const wanted = scopes.filter((scope) => names.has(scope));
    if (wanted.length > 0) resources[resource] = wanted;
  }
  return {
    scopes: [...new Set([...missing.scopes, ...scopes.filter(personClaims.isScope)])],
    claims: missing.claims,
    resources,
  };
}

function textsOf(value: unknown): string[] {
  const values = Array.isArray(value) ? value : [value];
  return values.filter((entry): entry is string => typeof entry === 'string');
}
