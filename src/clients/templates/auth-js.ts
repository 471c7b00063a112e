import type { Template } from './template.ts';

export const authJs: Template = {
  id: 'auth-js',
  name: 'Auth.js',
  // The second one is that of Next.js.
  redirectUris: ['<url>/auth/callback/gatehouse', '<url>/api/auth/callback/gatehouse'],
  settings: { scope: 'openid profile email', pkce: 'required' },
  where: 'the list of providers',
  lines: [
    '{',
    "  id: 'gatehouse',",
    "  name: 'Gatehouse',",
    "  type: 'oidc',",
    "  issuer: '<issuer>',",
    "  clientId: '<client_id>',",
    "  clientSecret: '<client_secret>',",
    '}',
  ],
  sources: ['https://authjs.dev/guides/configuring-oauth-providers'],
  mark: 'tried',
  version: '@auth/core 0.41',
};
