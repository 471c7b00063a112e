import type { Template } from './template.ts';

export const vault: Template = {
  id: 'vault',
  name: 'Vault',
  redirectUris: ['<url>/ui/vault/auth/oidc/oidc/callback', 'http://localhost:8250/oidc/callback'],
  settings: { scope: 'openid profile email groups', pkce: 'required' },
  unasked: ['openid'],
  where: 'a shell; the second address is of vault login -method=oidc',
  lines: [
    'vault auth enable oidc',
    'vault write auth/oidc/config oidc_discovery_url="<issuer>" \\',
    '  oidc_client_id="<client_id>" oidc_client_secret="<client_secret>" default_role="people"',
    'vault write auth/oidc/role/people user_claim="sub" groups_claim="groups" \\',
    '  oidc_scopes="<scope_commas>" policies="default" \\',
    '  allowed_redirect_uris="<url>/ui/vault/auth/oidc/oidc/callback" \\',
    '  allowed_redirect_uris="http://localhost:8250/oidc/callback"',
  ],
  sources: ['https://developer.hashicorp.com/vault/docs/auth/jwt'],
  mark: 'from its documentation',
  version: 'read 2026-11-29; its library cap 0.16.0 was tried, with PKCE',
};
