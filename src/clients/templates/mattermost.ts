import type { Template } from './template.ts';

export const mattermost: Template = {
  id: 'mattermost',
  name: 'Mattermost',
  redirectUris: ['<url>/signup/openid/complete'],
  settings: { scope: 'openid profile email' },
  where: 'System Console > Authentication > OpenID Connect, then restart',
  lines: [
    'Select service provider: OpenID Connect (Other)',
    'Discovery Endpoint: <discovery>',
    'Client ID: <client_id>',
    'Client Secret: <client_secret>',
    'Button Name: Gatehouse',
  ],
  notes: ['On their own servers only the editions Professional and Enterprise have it.'],
  sources: ['https://docs.mattermost.com/onboard/sso-openidconnect.html'],
  mark: 'from its documentation',
  version: 'read 2026-11-29',
};
