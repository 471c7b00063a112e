import type { Template } from './template.ts';

export const paperlessNgx: Template = {
  id: 'paperless-ngx',
  name: 'Paperless-ngx',
  redirectUris: ['<url>/accounts/oidc/gatehouse/login/callback/'],
  settings: { scope: 'openid profile email', pkce: 'required' },
  where: 'the environment of its container; each on one line',
  lines: [
    'PAPERLESS_URL=<url>',
    'PAPERLESS_APPS=allauth.socialaccount.providers.openid_connect',
    'PAPERLESS_SOCIALACCOUNT_PROVIDERS={"openid_connect": {"OAUTH_PKCE_ENABLED": true, "APPS": [{"provider_id": "gatehouse", "name": "Gatehouse", "client_id": "<client_id>", "secret": "<client_secret>", "settings": {"server_url": "<discovery>"}}]}}',
  ],
  sources: [
    'https://docs.paperless-ngx.com/advanced_usage/',
    'https://docs.allauth.org/en/latest/socialaccount/providers/openid_connect.html',
  ],
  mark: 'from its documentation',
  version: 'Paperless-ngx 2.5 and newer, read 2026-11-29; its library django-allauth 65.22.1 was tried',
};
