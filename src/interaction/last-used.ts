import { cookieNames, forgetSignOut, readCookie, setHostCookie } from '../http/cookies.ts';
import type { RouteContext } from '../http/routes.ts';
import type { ProvedStep } from '../oidc/levels.ts';
import type { MethodOption } from '../views/views.ts';

export type LastUsed = ReturnType<typeof createLastUsed>;

/** Which ways were used last in this browser. The cookie is written after success only; it names no person. */
export function createLastUsed(config: { base: string; isSecure: boolean }) {
  const name = cookieNames(config).lastUsed;
  return {
    /** Somebody has signed in: that somebody had signed out before is over. */
    write(ctx: RouteContext, steps: readonly Pick<ProvedStep, 'method' | 'via'>[]): void {
      forgetSignOut(ctx, config);
      const used = steps.map(({ method, via }) => nameOf(method, via?.slug));
      if (used.length > 0) setHostCookie(ctx.res, config, name, `v1.${used.join('.')}`, ONE_YEAR_SECONDS);
    },

    isLastUsed: (ctx: RouteContext, method: string, choice?: string): boolean =>
      (readCookie(ctx.req, name) ?? '').split('.').includes(nameOf(method, choice)),
  };
}

const nameOf = (method: string, choice?: string) => (choice === undefined ? method : `${method}~${choice}`);

const ONE_YEAR_SECONDS = 365 * 24 * 60 * 60;

/** The one that was last used here first; the others as they come, strongest first. */
export function lastUsedFirst(options: readonly MethodOption[]): MethodOption[] {
  return [
    ...options.filter((option) => option.isLastUsed),
    ...options.filter((option) => !option.isLastUsed),
  ];
}
