import type { Template } from './template.ts';

export const minio: Template = {
  id: 'minio',
  name: 'MinIO',
  redirectUris: ['<url>/oauth_callback'],
  settings: {
    scope: 'openid profile email groups',
    // What somebody may do there is the policies that this claim of the ID token names.
    claims: [{ name: 'policy', from: 'groups', in: ['id_token'] }],
    idTokenClaims: 'on',
  },
  where: 'the environment of its server; <url> is the address of its console',
  lines: [
    'MINIO_IDENTITY_OPENID_CONFIG_URL=<discovery>',
    'MINIO_IDENTITY_OPENID_CLIENT_ID=<client_id>',
    'MINIO_IDENTITY_OPENID_CLIENT_SECRET=<client_secret>',
    'MINIO_IDENTITY_OPENID_CLAIM_NAME=policy',
    'MINIO_IDENTITY_OPENID_SCOPES=<scope_commas>',
    'MINIO_IDENTITY_OPENID_DISPLAY_NAME=Gatehouse',
    'MINIO_IDENTITY_OPENID_REDIRECT_URI=<url>/oauth_callback',
    'MINIO_IDENTITY_OPENID_REDIRECT_URI_DYNAMIC=off',
  ],
  notes: [
    'A role with the name of a MinIO policy, such as readwrite, gives that policy. People without such a role are refused.',
  ],
  sources: [
    'https://docs.min.io/community/minio-object-store/reference/minio-server/settings/iam/openid.html',
    'https://www.authelia.com/integration/openid-connect/clients/minio/',
  ],
  mark: 'from its documentation',
  version: 'RELEASE.2025-04-22, read 2026-11-29',
};
