import type { Route } from '../../http/routes.ts';

/**
 * What browsers and password managers look for at fixed addresses: where passkeys are made and managed (W3C Passkey
 * Endpoints), and which origins may use them (WebAuthn L3 §5.11.1). `base-path.ts` answers them at the root of the host
 * as well.
 */
export function createPasskeyWellKnown({
  config: { issuer },
  origins,
}: {
  config: { issuer: string };
  origins: readonly string[];
}): Route[] {
  return [
    json('/.well-known/passkey-endpoints', {
      enroll: `${issuer}/account/security/passkey/add`,
      manage: `${issuer}/account/security`,
    }),
    json('/.well-known/webauthn', { origins }),
  ];
}

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
