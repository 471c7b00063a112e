import type { Route } from '../../http/routes.ts';

/**
 * What password managers look for at a fixed address: where a password is changed (W3C Change Password URL).
 * `base-path.ts` answers it at the root of the host as well.
 */
export function createPasswordWellKnown({ config: { base } }: { config: { base: string } }): Route[] {
  return [
    {
      method: 'GET',
      path: '/.well-known/change-password',
      headers: 'api',
      handle(ctx) {
        ctx.redirect(`${base}/account/password`);
      },
    },
  ];
}
