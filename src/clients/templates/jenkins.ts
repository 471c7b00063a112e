import type { Template } from './template.ts';

export const jenkins: Template = {
  id: 'jenkins',
  name: 'Jenkins',
  redirectUris: ['<url>/securityRealm/finishLogin'],
  settings: { scope: 'openid profile email groups', pkce: 'required' },
  where: 'Configuration as Code; with the plugin oic-auth',
  lines: [
    'jenkins:',
    '  securityRealm:',
    '    oic:',
    '      automanualconfigure: auto',
    '      wellKnownOpenIDConfigurationUrl: <discovery>',
    '      overrideScopes: <scope>',
    '      clientId: <client_id>',
    '      clientSecret: <client_secret>',
    '      userNameField: email',
    '      fullNameFieldName: name',
    '      emailFieldName: email',
    '      groupsFieldName: groups',
    '      pkceEnabled: true',
    '      logoutFromOpenidProvider: false',
  ],
  sources: [
    'https://github.com/jenkinsci/oic-auth-plugin/blob/master/docs/configuration/README.md',
    'https://github.com/jenkinsci/oic-auth-plugin/blob/master/docs/configuration/GOOGLE.md',
  ],
  mark: 'from its documentation',
  version: 'oic-auth, read 2026-11-29',
};
