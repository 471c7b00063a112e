import { requestInfo } from '../http/request.ts';
import { displayName, type User } from '../users/users.ts';
import type { InteractionDeps, PendingInteraction } from './deps.ts';
import type { Journey } from './journey.ts';
import { refuseAsOther } from './proved.ts';
import { appOf } from './waiting-app.ts';

export type ExpectedPerson = ReturnType<typeof createExpectedPerson>;

/** Whom this browser may be shown before anything is proved. */
export type KnownHere = {
  person: User;
  /** By a session in this browser, which asks its person again. Else the person has signed in here before. */
  isSignedIn: boolean;
};

/**
 * Whom a sign-in is for. An app may insist on one person by a `sub` in `claims` or by `id_token_hint` (OpenID Connect
 * Core §5.5.1, §3.1.2.1), and anybody can write such a request: so that is judged after the proof, and before it nothing
 * of the person is looked up or shown, unless this browser knows the person already.
 */
export function createExpectedPerson({
  pages,
  users,
  oidc,
  knownBrowsers,
}: Pick<InteractionDeps, 'pages' | 'users' | 'oidc' | 'knownBrowsers'>) {
  return {
    is,

    /** Whether the app insists on one person: then nobody may switch. */
    isNamed: ({ interaction }: Journey): boolean => subjectsOf(interaction).length > 0,

    /**
     * The person of this browser's session, who is asked again (`prompt=login`, `max_age`) and has not asked to switch; or
     * the one on whom the app insists, when that person has signed in in this browser before.
     */
    async findHere(journey: Journey): Promise<KnownHere | undefined> {
      const { ctx, interaction, client } = journey;
      const signedIn = await signedInHere(journey);
      if (signedIn !== undefined && (await is(journey, signedIn))) {
        const person = await users.find(signedIn);
        if (person) return { person, isSignedIn: true };
      }
      const [subject, another] = subjectsOf(interaction);
      if (subject === undefined || another !== undefined) return undefined;
      // A pairwise subject tells us no person.
      if (client.metadata.subject_type === 'pairwise') return undefined;
      const { knownBrowserHash } = requestInfo(ctx);
      // Asked first, and of every name alike: a stranger's browser costs one statement, whoever is named.
      if (knownBrowserHash === undefined || !(await knownBrowsers.isKnown(subject, knownBrowserHash)))
        return undefined;
      const person = await users.find(subject);
      return person && person.disabledAt === undefined ? { person, isSignedIn: false } : undefined;
    },

    /** For a proof by somebody else: says so, and leads to another sign-in or back to the app. */
    async refuse({ ctx, interaction, client, to }: Journey, person: User): Promise<void> {
      await refuseAsOther(interaction);
      pages.show(
        ctx,
        'interaction/other-person',
        {
          app: appOf(client, interaction.params.redirect_uri),
          person: { name: displayName(person), email: person.email },
          againUrl: to(''),
          cancelAction: to('cancel'),
        },
        { status: 403 },
      );
    },
  };

  /** Whether this is the person on whom the app insists; anybody is, where it insists on nobody. */
  async function is({ interaction, client }: Journey, userId: string): Promise<boolean> {
    const subjects = subjectsOf(interaction);
    if (subjects.length === 0) return true;
    const own = await oidc.subjectFor(userId, client.id);
    return subjects.every((subject) => subject === own);
  }

  /** The session must be this browser's own: that the interaction names one says nothing about who asks. */
  async function signedInHere(journey: Journey): Promise<string | undefined> {
    const { prompt, session, lastSubmission } = journey.interaction;
    if (session?.accountId === undefined || lastSubmission?.switch === true) return undefined;
    // Somebody who was deleted or disabled since is not asked to come back.
    if (prompt.reasons.includes('account_gone')) return undefined;
    const current = await journey.session();
    return current?.uid === session.uid && current.userId === session.accountId ? current.userId : undefined;
  }
}

/** Every `sub` that the app insists on, each once. oidc-provider has verified the hint's signature. */
function subjectsOf({ params }: PendingInteraction): string[] {
  const named = [subjectOfHint(params.id_token_hint), subjectOfClaims(params.claims)];
  return [...new Set(named)].filter((subject) => subject !== undefined);
}

function subjectOfHint(hint: unknown): string | undefined {
  if (typeof hint !== 'string') return undefined;
  return text(parse(Buffer.from(hint.split('.')[1] ?? '', 'base64url').toString())?.sub);
}

function subjectOfClaims(claims: unknown): string | undefined {
  const idToken = typeof claims === 'string' ? parse(claims)?.id_token : undefined;
  const sub = isRecord(idToken) ? idToken.sub : undefined;
  return isRecord(sub) ? text(sub.value) : undefined;
}

function parse(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const text = (value: unknown) => (typeof value === 'string' ? value : undefined);

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
