import type { Template } from './template.ts';

export const jellyfin: Template = {
  id: 'jellyfin',
  name: 'Jellyfin',
  redirectUris: ['<url>/sso/OID/redirect/gatehouse'],
  settings: { scope: 'openid profile groups' },
  unasked: ['openid', 'profile'],
  where: 'Dashboard > Plugins > SSO-Auth (jellyfin-plugin-sso)',
  lines: [
    'Name of the OID Provider: gatehouse',
    'OID Endpoint: <issuer>',
    'OpenID Client ID: <client_id>',
    'OID Secret: <client_secret>',
    'Enabled: on',
    'Enable Authorization by Plugin: on',
    'Admin Roles: jellyfin-admins',
    'Role Claim: groups',
    'Request Additional Scopes: <each_scope>',
    'Set default username claim: preferred_username',
  ],
  notes: [
    'The name gatehouse is part of the redirect URI: leave it as it is. People sign in at <url>/sso/OID/start/gatehouse.',
    'It needs people who have a user name here.',
    'jellyfin-admins is a role of yours: roles create --name jellyfin-admins.',
  ],
  sources: [
    'https://github.com/9p4/jellyfin-plugin-sso',
    'https://www.authelia.com/integration/openid-connect/clients/jellyfin/',
  ],
  mark: 'from its documentation',
  version: 'jellyfin-plugin-sso, Jellyfin 10.10, read 2026-11-29',
};
