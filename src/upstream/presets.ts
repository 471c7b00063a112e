/** The providers that are known by name, and two that are known by their protocol. */
export const PRESETS = [
  'google',
  'github',
  'microsoft',
  'apple',
  'gitlab',
  'discord',
  'slack',
  'linkedin',
  'facebook',
  'oidc',
  'oauth2',
] as const;
export type Preset = (typeof PRESETS)[number];

/** How we prove to the provider who we are. `apple`: by a JWT of ours in the place of a secret. */
export type ClientAuth = 'basic' | 'post' | 'none' | 'private_key_jwt' | 'apple';

/** Where an OAuth-only provider is, when no preset says it, and which fields of its answer mean what. */
export type Endpoints = {
  authorization: string;
  token: string;
  user: string;
  /** Fields of the answer of `user`; a path has dots: `data.id`. */
  fields: Readonly<Record<'subject', string> & Partial<Record<'email' | 'emailVerified' | 'name', string>>>;
};

/** What is so at a provider, whoever registers with it. */
export type PresetFacts = {
  /** As people know it; absent: the operator says it. */
  name?: string;
  /** `oidc`: says who somebody is by an ID token. `oauth2`: by an API, with an access token. */
  protocol: 'oidc' | 'oauth2';
  /** Where it is; absent: the operator says it. For `oauth2` what `endpointsOf` adds paths to. */
  issuer?: string;
  scopes: readonly string[];
  clientAuth: ClientAuth;
  /** Sent with each request to its authorization endpoint. */
  parameters?: Readonly<Record<string, string>>;
  /** It takes no `code_verifier` from a server. */
  hasNoPkce?: true;
  /** Its ID tokens do not repeat the `nonce`. */
  hasNoNonce?: true;
  /** Of `prompt` it takes one of these (`login` becomes `select_account`), or none. Absent: what its document says, else any. */
  prompts?: readonly string[];
  /** Anybody anywhere may have an account there. `here`: at its issuer, and not at a server of one's own. */
  isForAnybody?: true | 'here';
  /** What is known of a person is told at userinfo alone, or more of it. */
  asksUserInfo?: true;
  /** For whom a subject is the same person: one of its apps, or all apps of a team. Absent: everybody at this issuer. */
  subjectIsOf?: 'client' | 'team';
  /** Its ID tokens say when the person proved (`auth_time`) to who asks with `max_age`: without it nothing is believed. */
  saysWhenProved?: true;
  /** Sent with each request when its tokens are kept, so that it gives one to refresh them with. */
  parametersToKeep?: Readonly<Record<string, string>>;
  /** Of `oauth2`: its addresses, below the issuer. */
  endpointsOf?(issuer: string): Endpoints & { emails?: string };
};

/**
 * What each provider says of itself, with the page and the day. `read`: as excerpts of a search, but for Microsoft's pages,
 * GitLab's and GitHub's, whose text was read whole in stored copies, which may be older than the page of that day.
 */
export const PRESET_FACTS: Readonly<Record<Preset, PresetFacts>> = {
  // https://developers.google.com/identity/openid-connect/openid-connect, read 2026-11-29: discovery, PKCE; `sub` is
  // never used again; `hd` is there for accounts of an organisation alone, and as a parameter only a hint; `prompt` has no
  // login.
  google: {
    name: 'Google',
    protocol: 'oidc',
    issuer: 'https://accounts.google.com',
    scopes: ['openid', 'email', 'profile'],
    clientAuth: 'post',
    prompts: ['none', 'consent', 'select_account'],
    // Given at the first consent alone. From excerpts of 2026-11-29: github.com/googleapis/google-api-php-client/issues/2591.
    parametersToKeep: { access_type: 'offline' },
  },
  // https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps and /en/rest/users/emails, read
  // 2026-11-29: `code_challenge` with S256; `user:email` lists all addresses with `primary` and `verified`; the profile's
  // own address is any that the person shows. A server of one's own has the API below /api/v3.
  github: {
    name: 'GitHub',
    protocol: 'oauth2',
    issuer: 'https://github.com',
    scopes: ['read:user', 'user:email'],
    isForAnybody: 'here',
    clientAuth: 'post',
    endpointsOf(issuer) {
      const api = issuer === 'https://github.com' ? 'https://api.github.com' : `${issuer}/api/v3`;
      return {
        authorization: `${issuer}/login/oauth/authorize`,
        token: `${issuer}/login/oauth/access_token`,
        user: `${api}/user`,
        emails: `${api}/user/emails?per_page=100`,
        fields: { subject: 'id', name: 'name' },
      };
    },
  },
  // https://learn.microsoft.com/en-us/entra/identity-platform/id-token-claims-reference and /optional-claims-reference, read
  // 2026-11-29: `tid` and `oid` name a person for all apps (`oid` needs the scope profile); `email` is whatever the tenant
  // says, and verified only with the optional claim `xms_edov`. `common` and `organizations` have a template as issuer. Of
  // `prompt` it takes one word only: https://github.com/opencloud-eu/ios/issues/65, 2026-06-29.
  microsoft: {
    name: 'Microsoft',
    protocol: 'oidc',
    issuer: 'https://login.microsoftonline.com/common/v2.0',
    scopes: ['openid', 'email', 'profile'],
    clientAuth: 'post',
    prompts: ['login', 'none', 'consent', 'select_account'],
  },
  // https://developer.apple.com/documentation/accountorganizationaldatasharing/creating-a-client-secret and
  // /signinwithapplerestapi, read 2026-11-29: the secret is a JWT (ES256; `iss` the team, `sub` the client); with `name` or
  // `email` asked the answer must be a `form_post`; `user` comes at the first sign-in alone; `email_verified` may be a text.
  apple: {
    name: 'Apple',
    protocol: 'oidc',
    issuer: 'https://appleid.apple.com',
    scopes: ['openid', 'name', 'email'],
    isForAnybody: true,
    clientAuth: 'apple',
    parameters: { response_mode: 'form_post' },
    prompts: [],
    // "portable among apps from a single developer, but not between apps from different developers":
    // https://developer.apple.com/documentation/authenticationservices/asauthorizationappleidrequest/user, an excerpt of 2026-11-29.
    subjectIsOf: 'team',
  },
  // https://docs.gitlab.com/integration/openid_connect_provider, read 2026-11-29: discovery, also of a server of one's own;
  // all groups are told at userinfo, in the ID token those that are direct.
  gitlab: {
    name: 'GitLab',
    protocol: 'oidc',
    issuer: 'https://gitlab.com',
    scopes: ['openid', 'email', 'profile'],
    isForAnybody: 'here',
    clientAuth: 'post',
    asksUserInfo: true,
  },
  // https://discord.com/developers/docs/topics/oauth2 and /resources/user, read 2026-11-29: `verified` says of `email`
  // whether the person has proved it; `id` is a number for ever, `username` changes.
  discord: {
    name: 'Discord',
    protocol: 'oauth2',
    issuer: 'https://discord.com',
    scopes: ['identify', 'email'],
    isForAnybody: true,
    clientAuth: 'post',
    endpointsOf: (issuer) => ({
      authorization: `${issuer}/oauth2/authorize`,
      token: `${issuer}/api/oauth2/token`,
      user: `${issuer}/api/users/@me`,
      fields: { subject: 'id', name: 'global_name', email: 'email', emailVerified: 'verified' },
    }),
  },
  // https://docs.slack.dev/authentication/sign-in-with-slack and /reference/methods/openid.connect.token, read 2026-11-29:
  // discovery, `nonce`, `email_verified`.
  slack: {
    name: 'Slack',
    protocol: 'oidc',
    issuer: 'https://slack.com',
    scopes: ['openid', 'email', 'profile'],
    isForAnybody: true,
    clientAuth: 'post',
    prompts: [],
  },
  // https://learn.microsoft.com/en-us/linkedin/consumer/integrations/self-serve/sign-in-with-linkedin-v2, read 2026-11-29.
  // It repeats no `nonce`, and refuses `code_verifier` of an app for which PKCE was not switched on (with invalid_client):
  // https://github.com/directus/directus/issues/23645, 2025-04-30.
  linkedin: {
    name: 'LinkedIn',
    protocol: 'oidc',
    issuer: 'https://www.linkedin.com/oauth',
    scopes: ['openid', 'profile', 'email'],
    isForAnybody: true,
    clientAuth: 'post',
    hasNoPkce: true,
    hasNoNonce: true,
    prompts: [],
    asksUserInfo: true,
  },
  // https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow and /oidc-token, read 2026-11-29: PKCE
  // with S256; `id` is the person's for this app. Nowhere does it say that the address was proved: it counts as not.
  // /docs/apps/versions: what calls a version that has ended is served by the oldest one that has not.
  facebook: {
    name: 'Facebook',
    protocol: 'oauth2',
    issuer: 'https://www.facebook.com',
    scopes: ['email', 'public_profile'],
    isForAnybody: true,
    clientAuth: 'post',
    // "the ID for the same person may be different between these apps":
    // https://developers.facebook.com/docs/apps/for-business, an excerpt of 2026-11-29.
    subjectIsOf: 'client',
    endpointsOf(issuer) {
      const graph = issuer === 'https://www.facebook.com' ? 'https://graph.facebook.com' : issuer;
      return {
        authorization: `${issuer}/v21.0/dialog/oauth`,
        token: `${graph}/v21.0/oauth/access_token`,
        user: `${graph}/v21.0/me?fields=id,name,email`,
        fields: { subject: 'id', name: 'name', email: 'email' },
      };
    },
  },
  // OIDC Core, OIDC Discovery.
  oidc: {
    protocol: 'oidc',
    scopes: ['openid', 'email', 'profile'],
    clientAuth: 'basic',
    asksUserInfo: true,
    // OIDC Core §2: REQUIRED when `max_age` was asked. The others do not say of themselves that they keep to it.
    saysWhenProved: true,
  },
  // RFC 6749; the operator says the addresses.
  oauth2: { protocol: 'oauth2', scopes: [], clientAuth: 'basic' },
};

/** The tenants of Microsoft that are no tenants: anybody with an account there, or at any organisation. */
export const MANY_TENANTS = ['common', 'organizations', 'consumers'] as const;

/** Whose preset knows the provider at this address, by its host. */
export function presetAt(url: string): Preset | undefined {
  const host = hostOf(url);
  return PRESETS.find((preset) => host !== undefined && hostOf(PRESET_FACTS[preset].issuer) === host);
}

/** As it is compared: without `www.`, and without the dot that may end it. */
function hostOf(url = ''): string | undefined {
  return URL.parse(url)?.hostname.replace(/^www\.|\.$/g, '');
}

/** Of Microsoft's issuer the name of the tenant: the first part of its path. */
export function tenantOf(issuer: string): string | undefined {
  return URL.parse(issuer)?.pathname.split('/')[1];
}
