import { type RouteContext, seeOther } from '../http/routes.ts';
import type { InteractionDeps } from './deps.ts';

/** `/`: the own account; while nobody has one, where the link for the first one is. */
export function createWelcome({ config, pages, users }: Pick<InteractionDeps, 'config' | 'pages' | 'users'>) {
  return {
    async show(ctx: RouteContext): Promise<void> {
      if (!(await users.hasAny())) return pages.show(ctx, 'interaction/welcome', { command: LINK_COMMAND });
      seeOther(ctx, `${config.base}/account`);
    },

    /** `/login?local`: the ways of this house, whatever is offered beside them. */
    async signIn(ctx: RouteContext): Promise<void> {
      if (ctx.query.local === undefined) return this.show(ctx);
      seeOther(ctx, `${config.base}/account/sign-in?local=1`);
    },

    /** Where other providers have their userinfo: ours is `/me`. The app's token goes along (RFC 9110 §15.4.9). */
    userinfo(ctx: RouteContext): void {
      ctx.redirect(`${config.base}/me`);
      ctx.status = 308;
    },
  };
}

/** Prints a new link while nobody has an account, and voids the older one. */
const LINK_COMMAND = './gatehouse link';
