import type { Route } from '../../http/routes.ts';

/**
 * What browsers and password managers look for at fixed addresses: where passkeys are made and managed (W3C Passkey
 * Endpoints), which origins may use them (WebAuthn L3 §5.11.1), and where a password is changed (W3C Change Password
 * URL). `base-path.ts` answers them at the root of the host as well.
 */
export function createPasskeyWellKnown({ config, passkey }: PasskeyWellKnownDeps): Route[] {
  const { issuer, base } = config;
  const changePassword: Route = {
    method: 'GET',
    path: '/.well-known/change-password',
    headers: 'api',
    handle(ctx) {
      ctx.redirect(`${base}/account/password`);
    },
  };
  if (!passkey) return [changePassword];

  const endpoints = {
    enroll: `${issuer}/account/security/passkey/add`,
    manage: `${issuer}/account/security`,
  };
  return [
    changePassword,
    json('/.well-known/passkey-endpoints', endpoints),
    json('/.well-known/webauthn', { origins: passkey.origins }),
  ];
}

export type PasskeyWellKnownDeps = {
  config: { issuer: string; base: string };
  /** Absent when passkeys are off. */
  passkey: { origins: readonly string[] } | undefined;
};

function json(path: string, body: object): Route {
  return {
    method: 'GET',
    path,
    headers: 'api',
    handle(ctx) {
      ctx.res.setHeader('Cache-Control', 'public, max-age=3600');
      ctx.body = body;
    },
  };
}
