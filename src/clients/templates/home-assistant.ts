import type { Template } from './template.ts';

export const homeAssistant: Template = {
  id: 'home-assistant',
  name: 'Home Assistant',
  redirectUris: ['<url>/auth/oidc/callback'],
  settings: { scope: 'openid profile groups', pkce: 'required' },
  where: 'configuration.yaml; with the integration hass-oidc-auth',
  lines: [
    'auth_oidc:',
    '  client_id: "<client_id>"',
    '  client_secret: "<client_secret>"',
    '  discovery_url: "<discovery>"',
    '  display_name: "Gatehouse"',
    '  roles:',
    '    admin: "home-admins"',
  ],
  notes: ['home-admins is a role of yours: roles create --name home-admins.'],
  sources: ['https://github.com/christiaangoossens/hass-oidc-auth/blob/main/docs/configuration.md'],
  mark: 'from its documentation',
  version: 'hass-oidc-auth, read 2026-11-29',
};
