import type { Template } from './template.ts';

export const immich: Template = {
  id: 'immich',
  name: 'Immich',
  redirectUris: ['<url>/auth/login', '<url>/user-settings', 'app.immich:///oauth-callback'],
  settings: { scope: 'openid profile email', authMethod: 'client_secret_post' },
  where: 'Administration > Settings > OAuth Authentication',
  lines: [
    'Enabled: on',
    'Issuer URL: <issuer>',
    'Client ID: <client_id>',
    'Client Secret: <client_secret>',
    'Token Endpoint Auth Method: client_secret_post',
    'Scope: <scope>',
    'Signing Algorithm: RS256',
    'Storage Label Claim: preferred_username',
    'Mobile Redirect URI Override: off',
  ],
  sources: ['https://docs.immich.app/administration/oauth'],
  mark: 'from its documentation',
  version: 'read 2026-11-29',
};
