import type { Template } from './template.ts';

export const springSecurity: Template = {
  id: 'spring-security',
  name: 'Spring Security',
  redirectUris: ['<url>/login/oauth2/code/gatehouse'],
  postLogoutRedirectUris: ['<url>', '<url>/'],
  // 3.5 sends PKCE only when told to, in Java.
  settings: { scope: 'openid profile email', pkce: 'ratchet' },
  where: 'application.properties; with spring-boot-starter-oauth2-client',
  lines: [
    'spring.security.oauth2.client.registration.gatehouse.client-id=<client_id>',
    'spring.security.oauth2.client.registration.gatehouse.client-secret=<client_secret>',
    'spring.security.oauth2.client.registration.gatehouse.scope=<scope_commas>',
    'spring.security.oauth2.client.provider.gatehouse.issuer-uri=<issuer>',
  ],
  sources: ['https://docs.spring.io/spring-security/reference/servlet/oauth2/login/core.html'],
  mark: 'tried',
  version: 'Spring Boot 3.5.6 and 4.0.0',
};
