import type { Template } from './template.ts';

export const outline: Template = {
  id: 'outline',
  name: 'Outline',
  redirectUris: ['<url>/auth/oidc.callback'],
  settings: { scope: 'openid profile email' },
  where: '.env; URL must be <url>',
  lines: [
    'OIDC_CLIENT_ID=<client_id>',
    'OIDC_CLIENT_SECRET=<client_secret>',
    'OIDC_AUTH_URI=<authorization>',
    'OIDC_TOKEN_URI=<token>',
    'OIDC_USERINFO_URI=<userinfo>',
    'OIDC_LOGOUT_URI=<end_session>',
    'OIDC_USERNAME_CLAIM=preferred_username',
    'OIDC_DISPLAY_NAME=Gatehouse',
    'OIDC_SCOPES="<scope>"',
  ],
  sources: [
    'https://github.com/outline/outline/blob/main/.env.sample',
    'https://docs.getoutline.com/s/hosting/doc/oidc-8CPBm6uC0I',
  ],
  mark: 'from its documentation',
  version: 'read 2026-11-29',
};
