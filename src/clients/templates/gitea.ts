import type { Template } from './template.ts';

export const gitea: Template = {
  id: 'gitea',
  name: 'Gitea',
  redirectUris: ['<url>/user/oauth2/gatehouse/callback'],
  settings: { scope: 'openid profile email groups' },
  unasked: ['openid'],
  where: 'a shell, as the user that runs Gitea',
  lines: [
    'gitea admin auth add-oauth --name gatehouse --provider openidConnect \\',
    '  --key <client_id> --secret <client_secret> \\',
    '  --auto-discover-url <discovery> \\',
    '  --scopes <each_scope> \\',
    '  --group-claim-name groups --admin-group gitea-admins',
  ],
  notes: [
    'The name gatehouse is part of the redirect URI: leave it as it is.',
    'gitea-admins is a role of yours: roles create --name gitea-admins.',
  ],
  sources: [
    'https://docs.gitea.com/administration/command-line',
    'https://www.authelia.com/integration/openid-connect/clients/gitea/',
  ],
  mark: 'from its documentation',
  version: 'read 2026-11-29; its library goth 1.82 was tried',
};
