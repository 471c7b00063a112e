import type { Template } from './template.ts';

export const django: Template = {
  id: 'django',
  name: 'Django',
  redirectUris: ['<url>/accounts/oidc/gatehouse/login/callback/'],
  settings: { scope: 'openid profile email', pkce: 'required' },
  where: 'settings.py; with django-allauth under /accounts/',
  lines: [
    'SOCIALACCOUNT_PROVIDERS = {',
    "    'openid_connect': {",
    "        'OAUTH_PKCE_ENABLED': True,",
    "        'APPS': [",
    '            {',
    "                'provider_id': 'gatehouse',",
    "                'name': 'Gatehouse',",
    "                'client_id': '<client_id>',",
    "                'secret': '<client_secret>',",
    "                'settings': {'server_url': '<issuer>'},",
    '            }',
    '        ],',
    '    }',
    '}',
  ],
  sources: ['https://docs.allauth.org/en/latest/socialaccount/providers/openid_connect.html'],
  mark: 'tried',
  version: 'django-allauth 65.22.1',
};
