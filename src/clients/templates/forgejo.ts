import type { Template } from './template.ts';

export const forgejo: Template = {
  id: 'forgejo',
  name: 'Forgejo',
  redirectUris: ['<url>/user/oauth2/gatehouse/callback'],
  settings: { scope: 'openid profile email groups' },
  unasked: ['openid'],
  where: 'a shell, as the user that runs Forgejo',
  lines: [
    'forgejo admin auth add-oauth --name gatehouse --provider openidConnect \\',
    '  --key <client_id> --secret <client_secret> \\',
    '  --auto-discover-url <discovery> \\',
    '  --scopes <each_scope> \\',
    '  --group-claim-name groups --admin-group forgejo-admins',
  ],
  notes: [
    'The name gatehouse is part of the redirect URI: leave it as it is.',
    'forgejo-admins is a role of yours: roles create --name forgejo-admins.',
  ],
  sources: [
    'https://forgejo.org/docs/latest/admin/command-line/',
    'https://www.authelia.com/integration/openid-connect/clients/forgejo/',
  ],
  mark: 'from its documentation',
  version: 'read 2026-11-29; its library goth 1.82 was tried',
};
