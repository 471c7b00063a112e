/**
 * What a person, or a client, loses when: one matrix, because it is one. `access.ts` is the only caller of what ends
 * things, `docs/access.md` is made of this table, and `test/access/ends.test.ts` drives each row. What a cell does not
 * name goes on.
 */
export type Ends = {
  /** The cause, as people say it. */
  when: string;
  /** Who carries it out, when it is not `access.end`. */
  by?: 'oidc-provider' | 'time';
  browsers: 'none' | 'all' | 'others' | 'one';
  /** One-time links, recoveries under way, mailed codes, addresses to be confirmed. Undoing stays possible. */
  proofs: 'none' | 'all';
  /** `lately`: with a secret of the last 30 days. `role`: that may do less now than they were made for. `client`: its own. */
  apiKeys: 'none' | 'all' | 'lately' | 'role' | 'client';
  mail: 'none' | 'person' | 'both';
} & SignedIn;

/** Sessions, sign-ins that have none yet, and grants. `session`: begun in what ends, without `offline_access`. */
type SignedIn =
  | { sessions: 'none'; grants: 'none' | 'one' | 'role' | 'client' | 'everybody' | 'everybody and consents' }
  | { sessions: 'all'; grants: 'all' }
  | { sessions: 'others'; grants: 'others' | 'session' }
  | { sessions: 'one'; grants: 'session' | 'none' }
  | { sessions: 'browser'; grants: 'browser' };

const NOTHING = {
  sessions: 'none',
  grants: 'none',
  browsers: 'none',
  proofs: 'none',
  apiKeys: 'none',
  mail: 'none',
} as const;
const EVERYTHING = {
  sessions: 'all',
  grants: 'all',
  browsers: 'all',
  proofs: 'all',
  // What an intruder may have made. Older ones run in programs, and are no way into the account.
  apiKeys: 'lately',
  mail: 'person',
} as const;

export const ENDS = {
  password_changed: {
    when: 'The person changes the password; “Sign out everywhere else” is ticked (as by default)',
    sessions: 'others',
    grants: 'others',
    browsers: 'others',
    proofs: 'all',
    apiKeys: 'none',
    mail: 'person',
  },
  password_changed_here: {
    when: 'The person changes the password; “Sign out everywhere else” is not ticked',
    sessions: 'none',
    grants: 'none',
    browsers: 'others',
    proofs: 'all',
    apiKeys: 'none',
    mail: 'person',
  },
  password_set_by_link: { when: 'A password is set by a link that an operator printed', ...EVERYTHING },
  password_set_by_operator: {
    when: 'A password is set by `users set-password --password-stdin`',
    ...EVERYTHING,
  },
  recovered: { when: 'A new password is chosen in a recovery', ...EVERYTHING },
  email_changed: {
    ...NOTHING,
    when: 'The e-mail address changes, by the person or an operator',
    proofs: 'all',
    mail: 'both',
  },
  email_change_undone: { ...EVERYTHING, when: 'A change of the e-mail address is undone', mail: 'both' },
  method_removed: {
    ...NOTHING,
    when: 'The person removes a second factor, a passkey or another way to sign in',
    browsers: 'all',
    mail: 'person',
  },
  second_factors_removed: { when: 'An operator removes all second factors of the person', ...EVERYTHING },
  browser_denied: {
    when: '“That wasn’t me” about a new browser',
    sessions: 'browser',
    grants: 'browser',
    browsers: 'all',
    proofs: 'all',
    apiKeys: 'lately',
    mail: 'none',
  },
  credential_denied: {
    when: '“This wasn’t me” about a new way to sign in, which is removed',
    ...EVERYTHING,
  },
  disabled: {
    ...EVERYTHING,
    when: '`users disable`, and again at `users enable`',
    apiKeys: 'all',
    mail: 'none',
  },
  deletion_planned: { ...EVERYTHING, when: 'The person plans the deletion of the account', apiKeys: 'all' },
  deleted: { ...EVERYTHING, when: 'The account is deleted', apiKeys: 'all' },
  signed_out: {
    ...NOTHING,
    when: 'The person signs out here, or ends one session',
    sessions: 'one',
    grants: 'session',
  },
  signed_out_by_app: {
    ...NOTHING,
    when: 'An app signs the person out (`/session/end`)',
    by: 'oidc-provider',
    sessions: 'one',
    grants: 'session',
  },
  signed_out_by_provider: {
    ...NOTHING,
    when: 'The provider where the person signed in signs them out (back-channel logout): each session that began there',
    sessions: 'one',
    grants: 'session',
  },
  session_ended_by_operator: {
    ...NOTHING,
    when: '`users end-session`',
    sessions: 'one',
    grants: 'session',
  },
  another_person: {
    ...NOTHING,
    when: 'Another person signs in with the same browser',
    sessions: 'one',
    grants: 'session',
  },
  other_sessions_ended: {
    ...NOTHING,
    when: 'The person ends all other sessions',
    sessions: 'others',
    grants: 'session',
  },
  browser_forgotten: {
    ...NOTHING,
    when: 'The person removes one remembered browser: it is asked for the second factor again',
    browsers: 'one',
  },
  browsers_forgotten: { ...NOTHING, when: 'The person removes all remembered browsers', browsers: 'all' },
  signed_out_by_operator: {
    when: '`users sign-out`',
    sessions: 'all',
    grants: 'all',
    browsers: 'none',
    proofs: 'all',
    apiKeys: 'none',
    mail: 'none',
  },
  consent_withdrawn: {
    ...NOTHING,
    when: 'The person withdraws the consent for an app, or disconnects it',
    grants: 'client',
  },
  client_disabled: {
    ...NOTHING,
    when: '`clients disable`, and again at `clients enable`',
    grants: 'everybody',
    apiKeys: 'client',
  },
  client_deleted: {
    ...NOTHING,
    when: '`clients delete`',
    grants: 'everybody and consents',
    apiKeys: 'client',
  },
  role_taken: {
    ...NOTHING,
    when: '`roles unassign`, `roles delete`, or a role expires: tokens get fewer scopes at the next refresh, API keys at once',
    by: 'time',
  },
  role_taken_now: { ...NOTHING, when: '`roles unassign --now`', grants: 'role', apiKeys: 'role' },
  token_stolen: {
    ...NOTHING,
    when: 'A used refresh token or code is presented again, so that it may be stolen',
    grants: 'one',
    mail: 'person',
  },
  token_revoked: {
    ...NOTHING,
    when: 'An app revokes its refresh token',
    by: 'oidc-provider',
    grants: 'one',
  },
  session_expired: {
    ...NOTHING,
    when: 'A session expires, or is lost with Redis (refresh tokens expire by themselves)',
    by: 'time',
    sessions: 'one',
  },
} as const satisfies Record<string, Ends>;

export type Cause = keyof typeof ENDS;
/** Those that `access.end` carries out. */
export type OwnCause = Exclude<
  Cause,
  'signed_out_by_app' | 'token_revoked' | 'session_expired' | 'role_taken'
>;

/** The cells in words, for `docs/access.md`. */
export const ENDS_IN_WORDS = {
  sessions: { none: '–', all: 'all', others: 'all others', one: 'that one', browser: 'that browser’s' },
  grants: {
    none: '–',
    all: 'all',
    others: 'all but those begun in this session',
    session: 'those begun in an ended session, without `offline_access`',
    browser: 'that browser’s',
    one: 'that grant',
    role: 'those that carry or need roles',
    client: 'that app’s, and the consent',
    everybody: 'its grants, of all people',
    'everybody and consents': 'its grants and consents, of all people',
  },
  browsers: { none: '–', all: 'all', others: 'all but this', one: 'that one' },
  proofs: { none: '–', all: 'all' },
  apiKeys: {
    none: '–',
    all: 'all',
    lately: 'made or rotated in the last 30 days',
    role: 'those that may do less now',
    client: 'its own',
  },
  mail: { none: '–', person: 'yes', both: 'both addresses' },
} as const;
