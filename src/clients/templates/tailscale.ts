import type { Template } from './template.ts';

export const tailscale: Template = {
  id: 'tailscale',
  name: 'Tailscale',
  redirectUris: ['https://login.tailscale.com/a/oauth_response'],
  settings: { scope: 'openid profile email' },
  where: 'https://login.tailscale.com/start, Sign up with OIDC',
  lines: [
    'E-mail address: yours, at your own domain',
    'Client ID: <client_id>',
    'Client secret: <client_secret>',
  ],
  notes: [
    'Tailscale finds <issuer> by WebFinger: name your domain in oidc.webfingerDomains first (docs/webfinger.md).',
  ],
  sources: ['https://tailscale.com/kb/1240/sso-custom-oidc'],
  mark: 'from its documentation',
  version: 'read in November 2026',
};
