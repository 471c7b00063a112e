import type { Template } from './template.ts';

export const nextcloud: Template = {
  id: 'nextcloud',
  name: 'Nextcloud',
  // The second one where addresses are not rewritten.
  redirectUris: ['<url>/apps/user_oidc/code', '<url>/index.php/apps/user_oidc/code'],
  postLogoutRedirectUris: ['<url>/'],
  settings: { scope: 'openid profile email groups', pkce: 'required' },
  where: 'a shell in the folder of Nextcloud, as www-data; with the app user_oidc',
  lines: [
    'php occ app:install user_oidc',
    'php occ user_oidc:provider Gatehouse --clientid=<client_id> --clientsecret=<client_secret> \\',
    '  --discoveryuri=<discovery> --postlogouturi=<url>/ \\',
    '  --scope="<scope>"',
  ],
  notes: [
    'With --mapping-groups=groups --group-provisioning=1 your roles become groups there. People with a role named admin administer Nextcloud.',
  ],
  sources: [
    'https://github.com/nextcloud/user_oidc',
    'https://www.authelia.com/integration/openid-connect/clients/nextcloud/',
  ],
  mark: 'from its documentation',
  version: 'user_oidc 8.0, read 2026-11-29',
};
