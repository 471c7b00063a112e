import type { Template } from './template.ts';

export const aspnetCore: Template = {
  id: 'aspnet-core',
  name: 'ASP.NET Core',
  redirectUris: ['<url>/signin-oidc'],
  postLogoutRedirectUris: ['<url>/signout-callback-oidc'],
  settings: { scope: 'openid profile email roles', pkce: 'required' },
  // Those of OpenIdConnectOptions.
  unasked: ['openid', 'profile'],
  where: 'Program.cs, .AddOpenIdConnect(options => …)',
  lines: [
    'options.Authority = "<issuer>";',
    'options.ClientId = "<client_id>";',
    'options.ClientSecret = "<client_secret>";',
    'options.ResponseType = OpenIdConnectResponseType.Code;',
    'options.Scope.Add("<each_scope>");',
    'options.SaveTokens = true;',
    'options.GetClaimsFromUserInfoEndpoint = true;',
    'options.MapInboundClaims = false;',
    'options.TokenValidationParameters.NameClaimType = JwtRegisteredClaimNames.Name;',
    'options.TokenValidationParameters.RoleClaimType = "roles";',
  ],
  notes: ['Keep the secret in user secrets or in the environment, not in the file.'],
  sources: [
    'https://learn.microsoft.com/aspnet/core/security/authentication/configure-oidc-web-authentication',
  ],
  mark: 'from its documentation',
  version: '8.0 and newer, of 2026-01-22, read 2026-11-29',
};
