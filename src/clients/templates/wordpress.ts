import type { Template } from './template.ts';

export const wordpress: Template = {
  id: 'wordpress',
  name: 'WordPress',
  redirectUris: ['<url>/wp-admin/admin-ajax.php?action=openid-connect-authorize'],
  settings: { scope: 'openid profile email' },
  where: 'wp-config.php; with the plugin OpenID Connect Generic Client',
  lines: [
    "define('OIDC_LOGIN_TYPE', 'button');",
    "define('OIDC_CLIENT_ID', '<client_id>');",
    "define('OIDC_CLIENT_SECRET', '<client_secret>');",
    "define('OIDC_CLIENT_SCOPE', '<scope>');",
    "define('OIDC_ENDPOINT_LOGIN_URL', '<authorization>');",
    "define('OIDC_ENDPOINT_USERINFO_URL', '<userinfo>');",
    "define('OIDC_ENDPOINT_TOKEN_URL', '<token>');",
  ],
  notes: [
    'Where people have no user name here, its settings Identity Key and Nickname Key must be email instead of preferred_username.',
  ],
  sources: ['https://github.com/oidc-wp/openid-connect-generic'],
  mark: 'from its documentation',
  version: 'OpenID Connect Generic Client 3.10.0, read 2026-11-29',
};
