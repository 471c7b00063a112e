/**
 * What is tried against this server, by kind, and which tests try it. `docs/security-testing.md` is made of this and of
 * the tests' own titles (`npm run generate`).
 *
 * A place is a test file, or `file › text` for those of its tests in whose titles (outermost first, joined by ` › `) the
 * text occurs. A new test in such a place is in the table by itself. `npm run check` fails for a place in which there is
 * no test, and for a test in `test/security` that is in no place: name its kind here.
 */
export type Attack = {
  name: string;
  /** What must hold, whoever tries: one sentence or two. */
  holds: string;
  places: readonly string[];
};

export const attacks: readonly Attack[] = [
  {
    name: 'Replay',
    holds:
      'What opens a door once opens nothing the second time, to anybody, on any node; a second use that is too late to be an honest retry ends all that the first one gave.',
    places: [
      'test/oidc/single-use.test.ts',
      'test/security/swaps.test.ts › pressed again',
      'test/security/swaps.test.ts › a pushed request',
      'test/flows/pressed-twice.test.ts',
      'test/oidc/redis.test.ts › a code is not redeemed a second time',
      'test/oidc/outage.test.ts',
      'test/oidc/lifetimes.test.ts › a pushed authorization request works once',
      'test/methods/totp/totp.test.ts › RFC 6238 §5.2',
      'test/methods/totp/totp.test.ts › does not sign in as well',
      'test/methods/backup-codes/backup-codes.test.ts › works once',
      'test/methods/backup-codes/backup-codes.test.ts › each works once',
      'test/methods/passkey/passkey.test.ts › one that is sent again',
      'test/flows/passkey.test.ts › a challenge works once',
      'test/recovery/set-password.test.ts › a link works once',
      'test/interaction/ticket.test.ts',
    ],
  },
  {
    name: 'Races',
    holds:
      'Of fifty at the same moment one wins, by one statement that checks and changes; the others are refused, and nothing is done twice or half.',
    places: [
      'test/security/sign-in-swaps.test.ts › fifty at once',
      'test/faults/races.test.ts',
      'test/oidc/adapter/storage.test.ts',
      'test/database/database.test.ts › lets exactly one of 50',
      'test/rate-limit/rate-limit.test.ts › when 100 come at once',
      'test/methods/enrol.test.ts › at once',
      'test/methods/memory.test.ts › simultaneous',
      'test/methods/memory.test.ts › at once',
      'test/methods/methods.test.ts › fifty',
      'test/methods/email/email.test.ts › at once',
      'test/methods/totp/totp.test.ts › of 50',
      'test/methods/passkey/passkey.test.ts › at the same time one succeeds',
      'test/methods/backup-codes/backup-codes.test.ts › at the same time',
      'test/recovery/recovery.test.ts › at once',
      'test/registration/registration.test.ts › at once',
      'test/flows/totp.test.ts › of several at the same moment',
      'test/users/one-time-links.test.ts › 50',
      'test/invitations/invitations.test.ts › of fifty',
      'test/users/users.test.ts › when 50 ask at once',
      'test/account/security.test.ts › fifty',
      'test/account/email.test.ts › of fifty',
      'test/account/deletion.test.ts › fifty',
    ],
  },
  {
    name: 'Cross-site request forgery',
    holds:
      'A form that another site sends changes nothing, whatever it knows; opening an address changes nothing.',
    places: [
      'test/http/csrf.test.ts',
      'test/security/swaps.test.ts › forms that another site sends',
      'test/account/account.test.ts › is refused from another site',
      'test/account/fresh-proof.test.ts › is refused without its token',
      'test/account/password.test.ts › is refused without its token',
      'test/account/profile.test.ts › is refused without its token',
      'test/flows/sign-in.test.ts › is refused',
      'test/flows/sign-in.test.ts › change nothing when they are opened',
      'test/oidc/browsers.test.ts › needs the form of the page',
    ],
  },
  {
    name: 'Login CSRF and sessions that are planted',
    holds:
      'A sign-in goes on only in the browser that began it. A cookie that another host planted opens and continues nothing, and nobody ends in the session of somebody else.',
    places: [
      'test/security/other-browsers.test.ts',
      'test/browser/other-browsers.test.ts',
      'test/security/swaps.test.ts › people and browsers',
      'test/flows/sign-in.test.ts › swaps',
      'test/flows/select-account.test.ts › a swap of the account',
      'test/flows/second-factor.test.ts › in another browser',
      'test/recovery/recovery.test.ts › are worth nothing in another browser',
      'test/registration/registration.test.ts › are worth nothing in another browser',
      'test/account/account.test.ts › a callback with another state',
      'test/account/security.test.ts › counts only in the session and for the person',
      'test/account/fresh-proof.test.ts › not for another browser',
      'test/oidc/browsers.test.ts › the session gets a new cookie at sign-in',
      'test/oidc/browsers.test.ts › cookies are',
      'test/oidc/browsers.test.ts › the session cookie is __Host-',
      'test/browser/silent-renewal.test.ts › so it is Lax',
    ],
  },
  {
    name: 'Cross-site scripting',
    holds:
      'What strangers type is text, on every page and in every mail; no address leads to a script; no page runs a script without the nonce of its answer.',
    places: [
      'test/http/error-class.test.ts › an address that somebody else made',
      'test/security/swaps.test.ts › show what strangers say as text',
      'test/security/swaps.test.ts › link to no script',
      'test/views/html.test.ts › escapes',
      'test/views/html.test.ts › passes what html made',
      'test/views/html.test.ts › leads nowhere but',
      'test/views/html.test.ts › refuses a value',
      'test/views/html.test.ts › without escaping',
      'test/views/views.test.ts › writes no text as markup',
      'test/views/views.test.ts › leads nowhere by an address that is a script',
      'test/views/views.test.ts › has no style attribute',
      'test/views/overrides.test.ts › what a person typed is escaped',
      'test/account/account.test.ts › can put nothing into the page',
      'test/account/profile.test.ts › never markup',
      'test/account/fresh-proof.test.ts › only what shows it as text',
      'test/http/security-headers.test.ts › nonce',
    ],
  },
  {
    name: 'Files that are handed over',
    holds:
      'A logo is what its bytes say, whole, small and without anything that runs, loads, moves or grows; it is served in a sandbox, under the hash of its content, and to no app that did not hand it over.',
    places: [
      'test/lib/picture.test.ts',
      'test/clients/logos.test.ts › and never the name of one',
      'test/clients/logos.test.ts › is judged by its bytes',
      'test/clients/logos.test.ts › is read from a file',
      'test/views/logo.test.ts › an app has its own logo',
      'test/views/logo.test.ts › a logo that could not be shown is refused',
    ],
  },
  {
    name: 'Clickjacking and other sites around our pages',
    holds:
      'No page can be framed, drawn into another site’s process, or kept by a cache; a sign-out has the browser forget what it kept.',
    places: [
      'test/security/swaps.test.ts › none can be framed',
      'test/security/swaps.test.ts › are not kept either',
      'test/http/security-headers.test.ts › no frames',
      'test/http/security-headers.test.ts › no other site draws',
      'test/http/security-headers.test.ts › HSTS',
      'test/http/security-headers.test.ts › form-action and COOP',
      'test/oidc/browsers.test.ts › no other site may frame',
      'test/oidc/browsers.test.ts › has the browser forget',
      'test/account/account.test.ts › has the browser forget',
      'test/account/deletion.test.ts › has the browser forget',
      'test/oidc/browsers.test.ts › cross-origin scripts',
    ],
  },
  {
    name: 'Enumeration of people',
    holds:
      'Whoever types an address learns nothing of whether it has an account: the same page, the same statements behind it, the same work for a wrong password as for nobody’s.',
    places: [
      'test/security/unknown-addresses.test.ts',
      'test/methods/password/password.test.ts › does the same work',
      'test/methods/password/hasher.test.ts › a hash of the same cost',
      'test/methods/email/email.test.ts › does and answers the same',
      'test/methods/email/email.test.ts › asks the database the same',
      'test/methods/methods.test.ts › an account that does not exist is limited like one that does',
      'test/methods/stuffing.test.ts › accounts that exist and of those that do not',
      'test/flows/sign-in.test.ts › are one page, whatever the reason',
      'test/flows/sign-in-email.test.ts › an address that nobody has',
      'test/recovery/recovery.test.ts › says the same',
      'test/registration/registration.test.ts › a known address gets the same page',
      'test/flows/passkey.test.ts › get one answer',
      'test/account/email.test.ts › sees the same page',
    ],
  },
  {
    name: 'Redirect URIs and open redirects',
    holds:
      'A browser goes to a registered address, compared letter by letter, and to no other; what is planted in a request or a cookie moves no address of ours.',
    places: [
      'test/security/swaps.test.ts › addresses of ours',
      'test/clients/registration.test.ts › a redirect URI',
      'test/oidc/authorization-code.test.ts › unregistered redirect URI',
      'test/oidc/lifetimes.test.ts › redirect URIs are compared',
      'test/oidc/lifetimes.test.ts › any port of the loopback',
      'test/oidc/browsers.test.ts › never sends the browser to an address',
      'test/oidc/browsers.test.ts › no address of ours is built',
      'test/flows/sign-in.test.ts › lead elsewhere',
      'test/flows/sign-in.test.ts › an address that names an app',
      'test/flows/entry-swaps.test.ts › is not believed',
      'test/account/account.test.ts › planted in its cookie',
      'test/account/fresh-proof.test.ts › is never one that was planted',
      'test/interaction/waiting-app.test.ts',
    ],
  },
  {
    name: 'PKCE',
    holds:
      'A stolen code is worth nothing without the verifier of who asked for it. No public client has a code without a challenge, and no other that has used one.',
    places: [
      'test/security/swaps.test.ts › cannot be had without PKCE',
      'test/security/swaps.test.ts › are worth nothing with',
      'test/oidc/authorization-code.test.ts › without PKCE',
      'test/oidc/pkce.test.ts',
      'test/oidc/single-use.test.ts › a wrong verifier',
      'test/clients-real/passport-openidconnect.test.ts › PKCE',
    ],
  },
  {
    name: 'JWT confusion',
    holds:
      'A token of another type, algorithm, issuer, key or audience, an altered one and one without an end are none.',
    places: [
      'test/oidc/jwt-verifier.test.ts',
      'test/oidc/resource-servers.test.ts › takes no JWT',
      'test/security/swaps.test.ts › one kind is not taken for another',
      'test/security/bad-input.test.ts › not signed by us',
      'test/examples/resource-server.test.ts › refuses a token that',
      'test/examples/resource-server.test.ts › takes no keys from',
      'test/clients/registration.test.ts › never by a shared secret',
    ],
  },
  {
    name: 'Tokens and credentials of others',
    holds:
      'What was issued to one client or person is neither used, refreshed, revoked nor explained by another.',
    places: [
      'test/security/swaps.test.ts › tokens of another client',
      'test/security/swaps.test.ts › credentials',
      'test/oidc/single-use.test.ts › of another client is refused',
      'test/oidc/resource-servers.test.ts › tells other resource servers',
      'test/oidc/resource-servers.test.ts › by another client changes nothing',
      'test/api-keys/exchange.test.ts › whatever is wrong',
      'test/api-keys/exchange.test.ts › for the API of the key alone',
      'test/api-keys/exchange.test.ts › neither look at, nor give back',
      'test/account/api-keys.test.ts › ended by nobody else',
      'test/oidc/resource-servers.test.ts › takes no token in the address',
      'test/account/account.test.ts › cannot end the session of another one',
      'test/account/security.test.ts › another person’s credential',
      'test/flows/totp.test.ts › does not pass for another',
      'test/methods/passkey/passkey.test.ts › another person',
    ],
  },
  {
    name: 'Code injection and swapped journeys',
    holds:
      'A code, mail, challenge or step counts in the journey, for the person and for the app that it was made for, and nowhere else.',
    places: [
      'test/security/sign-in-swaps.test.ts',
      'test/security/swaps.test.ts › of one client are worth nothing to another',
      'test/security/swaps.test.ts › a native app',
      'test/flows/entry-swaps.test.ts',
      'test/flows/sign-in-email.test.ts › takes neither this link nor this code',
      'test/methods/email/email.test.ts › bound to their row',
      'test/methods/memory.test.ts › is nothing for another',
      'test/methods/enrol.test.ts › does not serve for adding',
      'test/methods/passkey/passkey.test.ts › refuses a challenge of another',
      'test/oidc/lifetimes.test.ts › never goes through without a person',
    ],
  },
  {
    name: 'Mix-up of servers',
    holds: 'Each answer says which server it is from, and each address is built from the issuer.',
    places: [
      'test/security/swaps.test.ts › come back with who sent them',
      'test/oidc/browsers.test.ts › no address of ours is built',
    ],
  },
  {
    name: 'Accounts by way of other providers',
    holds:
      'Nobody comes into an account by a word that a provider does not stand for: an address that was proved there once, a subject of somewhere else, an answer that another browser began, a token that an API holds.',
    places: [
      'test/upstream/takeover.test.ts',
      'test/upstream/connections.test.ts › who proved the address once',
      'test/upstream/presets.test.ts › Google',
      'test/upstream/presets.test.ts › Microsoft',
      'test/upstream/protocol.test.ts › believes no',
      'test/upstream/protocol.test.ts › takes',
      'test/upstream/logout.test.ts › a logout token',
      'test/upstream/tokens.test.ts',
    ],
  },
  {
    name: 'Examples that people copy',
    holds:
      'An example is as careful as the server: a link of another site neither signs anybody in nor out, nothing is kept for who only begins, and cookies are of one host.',
    places: [
      'test/examples/web-app.test.ts › takes no form',
      'test/examples/web-app.test.ts › keeps nothing',
      'test/examples/patterns.test.ts › bff',
      'test/examples/patterns.test.ts › jwt-cookie',
      'test/examples/patterns.test.ts › authjs: makes no address',
    ],
  },
  {
    name: 'Server-side request forgery',
    holds:
      'What others name is called only on the public internet over https, by the address that was judged; answers are bounded in time and length.',
    places: ['test/http/outgoing.test.ts', 'test/clients/sector.test.ts'],
  },
  {
    name: 'Smuggled and malformed requests',
    holds:
      'What is no well-formed HTTP is a 4xx and the end of the connection: never two answers, never a failure of ours.',
    places: [
      'test/security/bad-input.test.ts › smuggled',
      'test/security/bad-input.test.ts › names two hosts',
      'test/security/bad-input.test.ts › odd headers',
      'test/security/bad-input.test.ts › made at random',
      'test/security/bad-input.test.ts › a body with',
      'test/security/bad-input.test.ts › a POST that sends the browser on',
      'test/security/bad-input.test.ts › forms of people',
      'test/http/bad-input.test.ts › headers',
      'test/http/bad-input.test.ts › forms',
      'test/http/bad-input.test.ts › JSON',
      'test/http/bad-input.test.ts › what goes on to the protocol',
      'test/http/abuse.test.ts',
    ],
  },
  {
    name: 'Request targets and headers that lie',
    holds:
      'An address that is malformed is refused before anything looks at it; `Host`, `X-Forwarded-*` and the like move nothing that was not entrusted to a proxy.',
    places: [
      'test/http/bad-input.test.ts › addresses',
      'test/security/bad-input.test.ts › an address is never guessed at',
      'test/security/bad-input.test.ts › methods that an address does not have',
      'test/security/swaps.test.ts › are not moved by what a request says',
      'test/http/client-address.test.ts',
      'test/mail/mailbox.test.ts › is not there',
    ],
  },
  {
    name: 'SQL injection and odd values',
    holds:
      'Values are parameters, never text of a statement; names of built-in objects, NUL bytes and whole scripts are characters.',
    places: [
      'test/users/users.test.ts › survive odd input',
      'test/users/users.test.ts › a wildcard is only a character',
      'test/security/bad-input.test.ts › what hides inside a parameter',
      'test/security/bad-input.test.ts › the names of built-in objects',
      'test/users/one-time-links.test.ts › never for odd tokens',
      'test/rate-limit/rate-limit.test.ts › whatever they are made of',
    ],
  },
  {
    name: 'Log injection and secrets in logs',
    holds: 'No line of the log, the audit or a terminal holds a secret or is written by a stranger.',
    places: [
      'test/observability/logger.test.ts',
      'test/audit/audit.test.ts › keeps no secret',
      'test/cli/cli.test.ts › control characters',
      'test/cli/cli.test.ts › never repeats a word too many',
      'test/views/views.test.ts › no line end into the subject',
      'test/database/database.test.ts › keeps values out of its errors',
      'test/oidc/refusals.test.ts › the client is told the reference alone',
      'test/metrics/metrics.test.ts › no request can make a new time series',
    ],
  },
  {
    name: 'Slow expressions and long input (ReDoS)',
    holds:
      'No regular expression takes longer than in proportion to what it reads (`npm run check` measures each), and what a stranger wrote is cut before it is looked at.',
    places: [
      'test/expressions.test.ts',
      'test/observability/logger.test.ts › longer or larger',
      'test/oidc/refusals.test.ts › at any length',
      'test/http/bad-input.test.ts › that are too long',
      'test/http/bad-input.test.ts › of more than 64 KB',
    ],
  },
  {
    name: 'Memory and disk',
    holds:
      'What a stranger sends leaves nothing that grows: every list has a bound, bodies have one together, and what is stored ends by itself.',
    places: [
      'test/collections.test.ts',
      'test/http/body.test.ts',
      'test/http/documents.test.ts › is known by its few addresses',
      'test/http/documents.test.ts › is not kept once more',
      'test/security/bad-input.test.ts › a body that never ends',
      'test/lib/read-cache.test.ts › forgets the oldest',
      'test/oidc/jwt-verifier.test.ts › no more than two thousand',
      'test/mail/mailbox.test.ts › keeps the newest two hundred',
      'test/faults/hostile.test.ts',
      'test/oidc/redis.test.ts › takes no more memory',
      'test/faults/hostile.test.ts',
      'test/faults/soak-judge.test.ts',
    ],
  },
  {
    name: 'Anonymous writes',
    holds:
      'What nobody has proved anything for is small and short, bounded for each network and in all, and keeps no honest person out; a sign-out without a session and a cancel before a proof write nothing.',
    places: [
      'test/oidc/unused.test.ts',
      'test/oidc/packing.test.ts',
      'test/faults/flood.test.ts',
      'test/audit/audit.test.ts › what anonymous requests cause',
      'test/flows/sign-in.test.ts › a cancel before a proof',
      'test/rate-limit/rate-limit.test.ts › so that a flood does not write',
      'test/methods/methods.test.ts › only the first refusal for haste',
      'test/upstream/takeover.test.ts › is stored nowhere',
    ],
  },
  {
    name: 'Connections and overload',
    holds:
      'One network holds half of all connections at most, and keeps no second one out; what would wait too long is refused early; who sends slowly takes nobody’s place.',
    places: [
      'test/http/connections.test.ts',
      'test/http/listen.test.ts',
      'test/faults/connections.test.ts',
      'test/http/overload.test.ts',
      'test/faults/overload.test.ts',
    ],
  },
  {
    name: 'Secrets at rest',
    holds: 'A copy of the database, of Redis, of the files or of the log opens nothing.',
    places: [
      'test/security/stores.test.ts',
      'test/lib/seal.test.ts',
      'test/keys/keys.test.ts › readable',
      'test/keys/keys.test.ts › moved to another row',
      'test/clients/clients.test.ts › nowhere in the database',
      'test/resource-servers/resource-servers.test.ts › nowhere readable',
      'test/methods/totp/totp.test.ts › the secret',
      'test/methods/email/email.test.ts › keeps nothing readable',
      'test/methods/backup-codes/backup-codes.test.ts › nowhere in the tables',
      'test/methods/password/password.test.ts › hold no password that can be read',
      'test/flows/second-factor.test.ts › nothing in the database',
      'test/recovery/recovery.test.ts › a copy of the table',
      'test/account/data.test.ts › holds nothing that opens a door',
    ],
  },
  {
    name: 'Guessing and stuffing',
    holds:
      'Guesses are slowed down for each account, network and browser, however they are spread and however many come at once; the owner of an account always has a way in.',
    places: [
      'test/methods/stuffing.test.ts',
      'test/methods/methods.test.ts › limits',
      'test/methods/email/email.test.ts › five wrong codes',
      'test/methods/email/email.test.ts › is limited',
      'test/methods/email/email.test.ts › keeps nobody out',
      'test/methods/password/policy.test.ts › what is tried first',
      'test/methods/password/policy.test.ts › own names',
      'test/recovery/recovery.test.ts › five wrong codes',
      'test/mailed-codes/steps.test.ts › is compared a few times a minute',
      'test/flows/password-step.test.ts › is slowed down',
      'test/account/password.test.ts › guesses of the current one',
    ],
  },
  {
    name: 'Second factors that are skipped',
    holds:
      'Who has a second factor is asked for it, by every way in; no form, address, tab or browser leads past it.',
    places: [
      'test/flows/second-factor.test.ts › cannot be skipped',
      'test/flows/second-factor.test.ts › is not there until it is given',
      'test/flows/second-factor-email.test.ts',
      'test/flows/totp.test.ts › alone are not asked for',
      'test/flows/offered-ways.test.ts › what is not offered',
      'test/flows/passkey.test.ts › nor may save one before',
      'test/methods/methods.test.ts › is not believed',
    ],
  },
  {
    name: 'Strength of a proof for a change of credentials',
    holds:
      'A way to sign in is added, removed or shown only after a proof, in the last minutes, as strong as what it changes.',
    places: [
      'test/account/strength.test.ts',
      'test/account/fresh-proof.test.ts',
      'test/account/security.test.ts › the last way in',
      'test/flows/passkey.test.ts › a way that a level demands',
      'test/account/password.test.ts › fresh proof',
      'test/account/api-keys.test.ts › ask for fresh proofs',
    ],
  },
  {
    name: 'Forms of pages that were not shown',
    holds:
      'A form is taken only where, and when, its page would be shown: no offer leads past a second factor.',
    places: [
      'test/security/every-post.test.ts',
      'test/flows/passkey.test.ts › the offer',
      'test/flows/passkey.test.ts › nor may save one before',
      'test/flows/sign-in.test.ts › the consent form is worth nothing',
      'test/flows/offered-ways.test.ts › what is not offered',
    ],
  },
  {
    name: 'Remembered browsers',
    holds:
      'A browser in which the second factor need not be given again is no proof of it: not for a change, a level or another person.',
    places: [
      'test/flows/second-factor.test.ts › on a remembered device',
      'test/account/remembered-browsers.test.ts',
    ],
  },
  {
    name: 'Step-up',
    holds:
      'A level that an app or an API demands is reached by what was proved in this sign-in, and told as it was asked for; it cannot be asked away.',
    places: [
      'test/flows/levels.test.ts › a step-up',
      'test/flows/levels.test.ts › max_age',
      'test/flows/levels.test.ts › a level may be required',
      'test/flows/levels.test.ts › refused when essential',
      'test/flows/password-step.test.ts › is asked after a passkey',
      'test/examples/resource-server.test.ts › RFC 9470',
    ],
  },
  {
    name: 'Recovery and links in mails',
    holds:
      'Recovery by mail keeps the second factor and reveals nothing; a scanner that opens and sends whatever it finds in a mail changes nothing.',
    places: [
      'test/security/mail-scanner.test.ts',
      'test/recovery/recovery.test.ts',
      'test/account/email.test.ts › spends nothing',
      'test/account/email.test.ts › opens nothing',
      'test/flows/second-factor-lost.test.ts',
      'test/users/cli.test.ts › recover mails the person a link',
    ],
  },
  {
    name: 'Sessions and tokens that survive',
    holds:
      'What was ended, narrowed or changed is over at the next request, on every node, also for what was under way.',
    places: [
      'test/access',
      'test/oidc/narrowing.test.ts',
      'test/flows/sign-out-everywhere.test.ts',
      'test/recovery/new-device.test.ts',
      'test/oidc/browsers.test.ts › a session that is ended',
      'test/oidc/redis.test.ts › stays ended',
      'test/oidc/redis.test.ts › whoever is signed out afterwards',
      'test/oidc/speed.test.ts › gives no code',
      'test/oidc/single-use.test.ts › signed out by a command',
      'test/account/account.test.ts › also for a copy of its cookie',
      'test/account/account.test.ts › disabled or deleted meanwhile',
      'test/account/password.test.ts › works no more',
      'test/account/remembered-browsers.test.ts › a new password ends them all',
      'test/users/one-time-links.test.ts › end with the person',
      'test/methods/email/email.test.ts › proves nothing any more',
    ],
  },
  {
    name: 'Known subjects and hints',
    holds:
      'Whom an app expects is asked for and never shown: a `sub`, a hint or a token of somebody gives nothing of them away and signs in nobody else.',
    places: [
      'test/security/named-people.test.ts',
      'test/flows/sign-in-hints.test.ts',
      'test/flows/select-account.test.ts › login_hint',
      'test/flows/passkey.test.ts › where one person is expected',
      'test/security/swaps.test.ts › an app that asks for Ana',
    ],
  },
  {
    name: 'Client authentication and audience injection',
    holds:
      'A client proves itself by what is its own, for this server; a proof that was made for another place is none.',
    places: [
      'test/oidc/client-assertions.test.ts',
      'test/clients/registration.test.ts › client authentication',
      'test/clients/clients.test.ts › know their own secret',
      'test/oidc/lifetimes.test.ts › instead of a secret',
      'test/oidc/resource-servers.test.ts › two client secrets',
      'test/oidc/resource-servers.test.ts › asks for the right secret',
      'test/api-keys/exchange.test.ts › a client nowhere else',
    ],
  },
  {
    name: 'DPoP and stolen tokens',
    holds:
      'A token that is bound to a key is worth nothing without it, also to refresh; a proof is taken once.',
    places: ['test/security/swaps.test.ts › DPoP', 'test/clients-real/oauth4webapi.test.ts › DPoP'],
  },
  {
    name: 'Privileges',
    holds:
      'Commands alone make administrators, the last of whom stays; the link of the first start works once and only while there is nobody.',
    places: [
      'test/interaction/ticket.test.ts',
      'test/registration/first-administrator.test.ts',
      'test/users/users.test.ts › the last administrator',
      'test/users/one-time-links.test.ts › first administrator',
      'test/account/profile.test.ts › a field that is not offered',
    ],
  },
];
