import type { Template } from './template.ts';

export const openWebui: Template = {
  id: 'open-webui',
  name: 'Open WebUI',
  redirectUris: ['<url>/oauth/oidc/callback'],
  settings: { scope: 'openid profile email', pkce: 'required' },
  where: 'the environment of its container',
  lines: [
    'WEBUI_URL=<url>',
    'ENABLE_OAUTH_SIGNUP=true',
    'OAUTH_CLIENT_ID=<client_id>',
    'OAUTH_CLIENT_SECRET=<client_secret>',
    'OPENID_PROVIDER_URL=<discovery>',
    'OPENID_REDIRECT_URI=<url>/oauth/oidc/callback',
    'OAUTH_PROVIDER_NAME=Gatehouse',
    'OAUTH_SCOPES=<scope>',
    'OAUTH_CODE_CHALLENGE_METHOD=S256',
  ],
  sources: [
    'https://docs.openwebui.com/features/authentication-access/auth/sso',
    'https://docs.openwebui.com/reference/env-configuration/',
  ],
  mark: 'from its documentation',
  version: 'read 2026-11-29',
};
