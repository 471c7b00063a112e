import type { Template } from './template.ts';

export const kubernetes: Template = {
  id: 'kubernetes',
  name: 'Kubernetes',
  redirectUris: ['http://localhost:8000', 'http://localhost:18000'],
  settings: {
    type: 'native',
    grants: ['authorization_code', 'refresh_token'],
    scope: 'openid profile email groups offline_access',
    // The API server reads the ID token, and asks nobody.
    idTokenClaims: 'on',
  },
  // kubelogin asks for openid by itself; the API server has no use for the other two.
  unasked: ['openid', 'profile', 'offline_access'],
  where: 'the file that kube-apiserver is given by --authentication-config; then kubelogin at each desk',
  lines: [
    'apiVersion: apiserver.config.k8s.io/v1',
    'kind: AuthenticationConfiguration',
    'jwt:',
    '- issuer:',
    '    url: <issuer>',
    '    audiences: ["<client_id>"]',
    '  claimMappings:',
    '    username: { claim: email, prefix: "" }',
    '    groups: { claim: groups, prefix: "oidc:" }',
    'kubectl oidc-login setup \\',
    '  --oidc-extra-scope=<each_scope> \\',
    '  --oidc-issuer-url=<issuer> --oidc-client-id=<client_id>',
  ],
  notes: [
    'Kubernetes takes issuers on https only, and people whose address is verified.',
    'With the prefix nobody can be made an administrator by a role of yours that is called system:masters.',
  ],
  sources: [
    'https://kubernetes.io/docs/reference/access-authn-authz/authentication/',
    'https://github.com/int128/kubelogin/blob/master/docs/setup.md',
  ],
  mark: 'tried',
  version: 'its verifier, k8s.io/apiserver 0.37.2; kubelogin was read',
};
