import type { Template } from './template.ts';

export const oauth2Proxy: Template = {
  id: 'oauth2-proxy',
  name: 'oauth2-proxy',
  redirectUris: ['<url>/oauth2/callback'],
  settings: {
    grants: ['authorization_code', 'refresh_token'],
    scope: 'openid profile email groups',
    pkce: 'required',
  },
  where: 'its command line',
  lines: [
    '--provider=oidc',
    '--oidc-issuer-url=<issuer>',
    '--client-id=<client_id>',
    '--client-secret=<client_secret>',
    '--redirect-url=<url>/oauth2/callback',
    '--scope="<scope>"',
    '--code-challenge-method=S256',
    '--email-domain=*',
  ],
  notes: [
    'It lets in only people whose address is verified. --allowed-group=<a role of yours> lets in nobody else.',
  ],
  sources: ['https://oauth2-proxy.github.io/oauth2-proxy/configuration/providers/openid_connect'],
  mark: 'tried',
  version: 'oauth2-proxy 7.15.6',
};
