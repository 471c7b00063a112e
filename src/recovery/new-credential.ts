import { requestInfo } from '../http/request.ts';
import { type RouteContext, seeOther } from '../http/routes.ts';
import { defined } from '../lib/defined.ts';
import type { RecoveryDeps } from './deps.ts';
import { credentialDenied } from './events.ts';

export type NewCredentialDeps = Pick<RecoveryDeps, 'config' | 'pages' | 'access' | 'audit'> & {
  recoveryUrl: string | undefined;
  showLinkUsed(ctx: RouteContext): void;
};

/**
 * "This wasn't me" in the mail about a new credential: removes exactly that one and ends everything that is signed in. It
 * works in any browser, by the page's button alone, once.
 */
export function createNewCredential(deps: NewCredentialDeps) {
  const { config, pages, access, audit, recoveryUrl, showLinkUsed } = deps;

  return {
    /** Removes nothing: mail scanners open links. */
    async show(ctx: RouteContext): Promise<void> {
      const token = String(ctx.query.token ?? '');
      const denial = await access.findDenial(token);
      if (!denial) return showLinkUsed(ctx);
      pages.show(ctx, 'interaction/new-credential', {
        action: `${config.base}/new-credential`,
        token,
        method: denial.method,
        when: denial.createdAt,
      });
    },

    async remove(ctx: RouteContext): Promise<void> {
      const { token = '' } = ctx.state.form;
      const denial = await access.findDenial(token);
      if (!denial || !(await access.deny(token, ctx))) return showLinkUsed(ctx);
      const { userId, method } = denial;
      await audit.record(credentialDenied, {
        outcome: 'success',
        actor: { type: 'person', id: userId },
        userId,
        detail: { method },
        request: requestInfo(ctx),
      });
      seeOther(ctx, `${config.base}/new-credential/removed`);
    },

    showRemoved(ctx: RouteContext): void {
      pages.show(ctx, 'interaction/new-credential-removed', defined({ recoveryUrl }));
    },
  };
}
