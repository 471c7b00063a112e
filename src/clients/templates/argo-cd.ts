import type { Template } from './template.ts';

export const argoCd: Template = {
  id: 'argo-cd',
  name: 'Argo CD',
  redirectUris: ['<url>/auth/callback', 'http://localhost:8085/auth/callback'],
  settings: {
    grants: ['authorization_code', 'refresh_token'],
    scope: 'openid profile email groups offline_access',
  },
  // Its command line asks for it by itself.
  unasked: ['offline_access'],
  where: 'a shell; the second address is of argocd login --sso',
  lines: [
    'kubectl -n argocd patch secret argocd-secret --patch \\',
    `  '{"stringData": {"oidc.gatehouse.clientSecret": "<client_secret>"}}'`,
    'kubectl -n argocd edit configmap argocd-cm',
    'data:',
    '  url: <url>',
    '  oidc.config: |',
    '    name: Gatehouse',
    '    issuer: <issuer>',
    '    clientID: <client_id>',
    '    clientSecret: $oidc.gatehouse.clientSecret',
    '    requestedScopes: [<scope_quoted>]',
    'kubectl -n argocd edit configmap argocd-rbac-cm',
    'data:',
    '  policy.csv: |',
    '    g, argocd-admins, role:admin',
  ],
  notes: ['argocd-admins is a role of yours: roles create --name argocd-admins.'],
  sources: [
    'https://argo-cd.readthedocs.io/en/stable/operator-manual/user-management/',
    'https://argo-cd.readthedocs.io/en/stable/operator-manual/user-management/keycloak/',
  ],
  mark: 'from its documentation',
  version: 'stable, read 2026-11-29',
};
