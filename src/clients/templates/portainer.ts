import type { Template } from './template.ts';

export const portainer: Template = {
  id: 'portainer',
  name: 'Portainer',
  redirectUris: ['<url>'],
  settings: { scope: 'openid profile email groups', authMethod: 'client_secret_post' },
  where: 'Settings > Authentication > OAuth, provider Custom',
  lines: [
    'Client ID: <client_id>',
    'Client secret: <client_secret>',
    'Authorization URL: <authorization>',
    'Access token URL: <token>',
    'Resource URL: <userinfo>',
    'Redirect URL: <url>',
    'Logout URL: <end_session>',
    'User identifier: email',
    'Scopes: <scope>',
    'Auth Style: In Params',
    'Claim name (Automatic team membership): groups',
  ],
  notes: ['The redirect URL is compared exactly: without a slash at its end.'],
  sources: ['https://docs.portainer.io/admin/settings/authentication/oauth'],
  mark: 'from its documentation',
  version: 'Portainer 2.39 LTS, read 2026-11-29',
};
