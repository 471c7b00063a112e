import { requestInfo } from '../http/request.ts';
import { defined } from '../lib/defined.ts';
import type { Wishes } from '../methods/methods.ts';
import type { Journey } from './journey.ts';
import { hintOf } from './login.ts';

/**
 * What travels on with a sign-in that leads away (OpenID Connect Core 1.0 §3.1.2.1). Where the person must be asked anew
 * here, a session that they still have there is no proof: so it is where a change in the account waits for one.
 */
export function wishesOf({ ctx, interaction }: Pick<Journey, 'ctx' | 'interaction'>): Wishes {
  const { params, prompt } = interaction;
  const isFresh = prompt.reasons.includes('login_prompt') || prompt.details.prove !== undefined;
  const maxAge = params.max_age === undefined ? undefined : Number(params.max_age);
  const uiLocales = typeof params.ui_locales === 'string' ? params.ui_locales : requestInfo(ctx).locale;
  return {
    uiLocales,
    ...(isFresh ? { isFresh } : {}),
    ...defined({ maxAge, loginHint: hintOf(interaction) || undefined }),
  };
}
