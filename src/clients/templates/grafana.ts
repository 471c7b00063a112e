import type { Template } from './template.ts';

export const grafana: Template = {
  id: 'grafana',
  name: 'Grafana',
  redirectUris: ['<url>/login/generic_oauth'],
  postLogoutRedirectUris: ['<url>/login'],
  settings: {
    grants: ['authorization_code', 'refresh_token'],
    scope: 'openid profile email groups',
    pkce: 'required',
  },
  where: 'grafana.ini; root_url of [server] must be <url>',
  lines: [
    '[auth.generic_oauth]',
    'enabled = true',
    'name = Gatehouse',
    'client_id = <client_id>',
    'client_secret = <client_secret>',
    'scopes = <scope>',
    'auth_url = <authorization>',
    'token_url = <token>',
    'api_url = <userinfo>',
    'use_pkce = true',
    'use_refresh_token = true',
    'allow_sign_up = true',
    'signout_redirect_url = <end_session>?post_logout_redirect_uri=<url_encoded>%2Flogin',
    "role_attribute_path = contains(groups[*], 'grafana-admins') && 'Admin' || 'Viewer'",
  ],
  notes: ['grafana-admins is a role of yours: roles create --name grafana-admins.'],
  sources: [
    'https://grafana.com/docs/grafana/latest/setup-grafana/configure-access/configure-authentication/generic-oauth/',
    'https://grafana.com/docs/grafana/latest/setup-grafana/configure-access/configure-authentication/keycloak/',
  ],
  mark: 'from its documentation',
  version: 'of Grafana 10.4, read 2026-11-29',
};
