import type { Template } from './template.ts';

export const rails: Template = {
  id: 'rails',
  name: 'Ruby on Rails',
  redirectUris: ['<url>/users/auth/openid_connect/callback'],
  settings: { scope: 'openid profile email', pkce: 'ratchet' },
  where: 'config/initializers/devise.rb; with the gem omniauth_openid_connect and Devise for users',
  lines: [
    'config.omniauth :openid_connect, {',
    '  name: :openid_connect,',
    '  issuer: "<issuer>",',
    '  discovery: true,',
    '  scope: [<scope_symbols>],',
    '  response_type: :code,',
    '  pkce: true,',
    '  client_options: {',
    '    identifier: "<client_id>",',
    '    secret: "<client_secret>",',
    '    redirect_uri: "<url>/users/auth/openid_connect/callback",',
    '  },',
    '}',
  ],
  sources: ['https://github.com/omniauth/omniauth_openid_connect'],
  mark: 'from its documentation',
  version: 'read 2026-11-29',
};
