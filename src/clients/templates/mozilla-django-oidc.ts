import type { Template } from './template.ts';

export const mozillaDjangoOidc: Template = {
  id: 'mozilla-django-oidc',
  name: 'mozilla-django-oidc',
  redirectUris: ['<url>/oidc/callback/'],
  settings: { scope: 'openid profile email', authMethod: 'client_secret_post', pkce: 'required' },
  where: 'settings.py; with mozilla_django_oidc under /oidc/',
  lines: [
    "OIDC_RP_CLIENT_ID = '<client_id>'",
    "OIDC_RP_CLIENT_SECRET = '<client_secret>'",
    "OIDC_RP_SIGN_ALGO = 'RS256'",
    "OIDC_RP_SCOPES = '<scope>'",
    'OIDC_USE_PKCE = True',
    "OIDC_OP_AUTHORIZATION_ENDPOINT = '<authorization>'",
    "OIDC_OP_TOKEN_ENDPOINT = '<token>'",
    "OIDC_OP_USER_ENDPOINT = '<userinfo>'",
    "OIDC_OP_JWKS_ENDPOINT = '<jwks>'",
  ],
  sources: ['https://mozilla-django-oidc.readthedocs.io/en/stable/installation.html'],
  mark: 'tried',
  version: 'mozilla-django-oidc 5.0.2',
};
