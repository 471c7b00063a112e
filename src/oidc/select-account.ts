import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { emailSchema } from '../users/users.ts';
import type { OwnAccount } from './claims.ts';
import { allowsNothing } from './grants.ts';

const { Check, Prompt } = interactionPolicy;

/** What a person answered to the question for the account; `another`: that a sign-in follows. */
export type SelectedAccount = { another?: boolean };

/**
 * With which account an app is used (OpenID Connect Core §3.1.2.1). It is asked when the app wants the question
 * (`select_account`), when it hints at an e-mail address that is not the signed-in person's, and when that person was sent
 * to create an account (`create`) and turned back. Who is not signed in chooses by signing in. `assertPossible` throws for
 * a request that cannot end well, whatever is chosen.
 */
export function createSelectAccount(assertPossible: (ctx: KoaContextWithOIDC) => Promise<unknown>) {
  const prompt = new Prompt(
    { name: 'select_account', requestable: true },
    async (ctx) => {
      await assertPossible(ctx);
      return {};
    },
    new Check(
      'hinted_other',
      'the account of login_hint is not the one that is signed in',
      (ctx) => isOpen(ctx) && isHintedOther(ctx),
    ),
    new Check(
      'create_turned_back',
      'no account was created',
      (ctx) => isOpen(ctx) && ctx.oidc.prompts.has('create'),
    ),
    new Check(
      'selection_asked',
      'the app wants an account to be selected',
      (ctx) => isOpen(ctx) && ctx.oidc.prompts.has('select_account'),
    ),
  );
  // The library's own asks also who is not signed in, or has just been.
  prompt.checks.remove('select_account_prompt');
  return prompt;
}

/** A sign-in that follows "use another account", as long as nobody has signed in. */
export function createAnotherAccountCheck() {
  return new Check(
    'another_account',
    'another account is to be used',
    'login_required',
    ({ oidc }) => selected(oidc)?.another === true && !oidc.result?.login,
  );
}

/**
 * The same of a subject that is insisted on, with `prompt=none`: ids that were chosen can be guessed, and other apps know
 * those that were not. Before the library's own checks, which tell a right one by `consent_required`.
 */
export function createNamedByStrangerCheck() {
  return new Check(
    'named_by_stranger',
    'requested subject could not be obtained',
    'login_required',
    ({ oidc }) => oidc.prompts.has('none') && insistsOnPerson(oidc) && allowsNothing(oidc.grant),
  );
}

/**
 * `prompt=create` (Initiating User Registration via OpenID Connect 1.0 §4). The library knows a value by a prompt of that
 * name (`known`); what is asked for is a sign-in that begins at the registration, so the check belongs to the prompt
 * `login`.
 */
export function createRegistrationPrompt() {
  const known = new Prompt({ name: 'create', requestable: true });
  known.checks.clear();
  const check = new Check(
    'create_prompt',
    'the app wants an account to be created',
    'login_required',
    ({ oidc }) => oidc.promptPending('create') && !oidc.result?.login,
  );
  return { known, check };
}

/** Whether the person of the session was asked in this request, and stays. */
export function hasStayed(oidc: KoaContextWithOIDC['oidc']): boolean {
  const answer = selected(oidc);
  return answer !== undefined && answer.another !== true;
}

function selected({ result }: KoaContextWithOIDC['oidc']): SelectedAccount | undefined {
  return result?.select_account as SelectedAccount | undefined;
}

/**
 * Whether there is somebody to ask, who was not asked in this request. An app that insists on one person leaves nothing to
 * choose: whom it names is judged after the proof, and says more than a hint.
 */
function isOpen({ oidc }: KoaContextWithOIDC): boolean {
  const { session, account, result } = oidc;
  if (!session?.accountId || !account || result?.login || selected(oidc)) return false;
  return !insistsOnPerson(oidc) && !oidc.promptPending('create');
}

/**
 * A hint that is an e-mail address is compared with the signed-in person's, and never looked up; other hints say nothing.
 * With `prompt=none` an app that the person has allowed nothing could find out whose browser this is by guessing, so it is
 * told the same of a right guess.
 */
function isHintedOther({ oidc }: KoaContextWithOIDC): boolean {
  const hint = oidc.params?.login_hint;
  if (typeof hint !== 'string' || !emailSchema.safeParse(hint).success) return false;
  if (oidc.prompts.has('none') && allowsNothing(oidc.grant)) return true;
  return !(oidc.account as OwnAccount).hasEmail(hint);
}

function insistsOnPerson({ params, claims }: KoaContextWithOIDC['oidc']): boolean {
  const { id_token: idToken } = (claims ?? {}) as { id_token?: { sub?: { value?: unknown } | null } | null };
  return params?.id_token_hint !== undefined || idToken?.sub?.value !== undefined;
}
