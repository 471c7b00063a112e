/** What every page knows beside its own data. Made by `http/page.ts` for each answer. */
export type Frame = {
  issuer: string;
  /** The issuer's path without a slash at its end: '' or '/id'. Every local link starts with it. */
  base: string;
  locale: string;
  nonce: string;
  /** The masked CSRF token for a hidden input named `csrf`. */
  csrf: string;
  /** Path and query of this page, for the language menu. */
  here: string;
  brand: Brand;
};

export type Brand = {
  name: string;
  logoUrl?: string | undefined;
  color?: string | undefined;
  helpUrl?: string | undefined;
  privacyUrl?: string | undefined;
};

/**
 * The app that waits for the person. `host` is the host of the redirect URI, which the app cannot choose freely. It has
 * no logo: pages load nothing from elsewhere (docs/decisions/views-app-logos.md).
 */
export type App = { name: string; host: string; policyUrl?: string; termsUrl?: string };

/** A sentence to look up, with its values: `{ key: 'password.too_short', values: { minimum: 15 } }`. */
export type Sentence = { key: string; values?: Record<string, string | number> };

/** A mistake in a form: the field it belongs to (its input's id), and what to do. */
/** A way to sign in that is new. `method`: an id; `name`: the method's id when it has no name of its own. */
export type AddedLately = { method: string; name: string; createdAt: number; removeUrl: string };

export type FieldError = { field: string; sentence: Sentence };

/** Filled segments of the thread: `{ done: 1, total: 3 }`. */
export type Step = { done: number; total: number };

/** A row of "other ways": `count` is how often it can still be used (backup codes). */
export type Way = { method: string; href: string; isLastUsed: boolean; count?: number };

/** Why an answer was refused. `expired`: the attempt was over before the answer came; a new one has begun. */
export type StepRefusal =
  | { why: 'wrong' | 'busy' | 'expired' | 'reused' }
  | { why: 'slow_down'; retryAfterSeconds: number };

/**
 * The page of one method inside a sign-in: `'methods/<id>/login': MethodScreen<{ … }>`. `Show` is what the method's
 * `begin` returned under `show`; absent when the method has no `begin`, or when it begins with this page's own form.
 */
/** Somebody has lost what is asked for. Without `ways`: only an operator removes it. */
export type LostDeviceForm = {
  action: string;
  /** Methods that can be asked to be removed, and those that were chosen. */
  ways: readonly string[];
  chosen: readonly string[];
  asksPassword: boolean;
  email: string;
  delaySeconds: number;
  errors: readonly FieldError[];
  slowDownSeconds?: number;
  /** What waits already. Then there is no form. */
  waiting?: WaitingRemoval;
  cancelUrl: string;
};
export type WaitingRemoval = {
  ways: readonly string[];
  when: number;
  network: string;
  dueAt: number;
  /** Where somebody is signed in. */
  cancelAction?: string;
};

export type MethodScreen<Show = Record<string, never>> = {
  step: Step;
  /** Where the form goes. It holds the CSRF field, the method's own fields, and `handle` when there is one. */
  action: string;
  handle?: string;
  app: App;
  /** For who has none of what is asked for any more. */
  lostUrl?: string;
  /** Who is signing in, once that is proved. Absent at a first step. */
  person?: { name: string; email: string };
  /** At a first step: what was typed, hinted, or must be (`isIdentifierLocked`). */
  identifier?: string;
  isIdentifierLocked?: boolean;
  show?: Show;
  refused?: StepRefusal;
  others: readonly Way[];
  /** Back to the app: a POST form. Outside of a sign-in, where nothing has to be ended, a link (`cancelUrl`). */
  cancelAction?: string;
  cancelUrl?: string;
  /** Somebody else wants to go on: a POST form. */
  switchAction?: string;
  /** At a second factor: for how many days the box `remember_device` (value `yes`) offers not to ask again here. */
  rememberDeviceDays?: number;
  /** At a first step: whether the box `remember` ("keep me signed in") is ticked. */
  remember?: boolean;
};

/**
 * The page on which a method is added: `'methods/<id>/enrol': EnrolScreen<{ … }>`. `flow`: inside a sign-in, drawn by
 * `layout/flow.ts`; `account`: among the person's own pages.
 */
export type EnrolScreen<Show = Record<string, never>> = {
  frame: 'flow' | 'account';
  step?: Step;
  /** Where the form goes: CSRF field, the enrolment's fields, `handle`. */
  action: string;
  handle?: string;
  show?: Show;
  /** What is wrong, each with the id of its input. */
  errors: readonly FieldError[];
  refused?: StepRefusal;
  person: { name: string; email: string };
  app?: App;
  others: readonly Way[];
  /** Inside a sign-in, when it may wait: a POST form. `left`: how often it may still wait, this time included. */
  later?: { action: string; left: number };
  /** As on the page of a method. */
  cancelAction?: string;
  cancelUrl?: string;
  signOutAction?: string;
};

/** One data shape for each screen. The key is the path below `views/` and the address of the view. */
export type Screens = {
  'interaction/login': {
    step: Step;
    action: string;
    app: App;
    identifier: string;
    /** Shown when the person is known already (`prompt=login`, `max_age`): the identifier is locked. */
    isIdentifierLocked: boolean;
    switchAction?: string;
    remember: boolean;
    /** One text for every refusal; `slow_down` tells how long. */
    refused?: StepRefusal;
    /** Ways beside the password: the one last used here first, then the strongest. */
    others: readonly Way[];
    /** Absent: yes. `false` when this app takes other ways only. */
    hasPassword?: boolean;
    cancelAction: string;
    recoveryUrl?: string;
    registrationUrl?: string;
  };
  'methods/passkey/login': MethodScreen<{ publicKey: unknown }>;
  'methods/passkey/enrol': EnrolScreen<{ publicKey: unknown }>;
  /** After a sign-in with a password: the browser tries first (`isQuiet`), then the person is asked. */
  'methods/passkey/offer': {
    step: Step;
    action: string;
    optionsUrl: string;
    isQuiet: boolean;
    /** The person signed in with a passkey of another device. */
    isElsewhere?: true;
    person: { name: string; email: string };
    errors: readonly FieldError[];
  };
  /** The password as a further step, after something that the person has. The first step is `interaction/login`. */
  'methods/password/login': MethodScreen;
  'methods/totp/login': MethodScreen;
  /** `count`: authenticators that the person has already. */
  'methods/totp/enrol': EnrolScreen<{ uri: string; secret: string; digits: number; count: number }>;
  'methods/backup-codes/login': MethodScreen;
  'methods/backup-codes/enrol': EnrolScreen<{ codes: readonly string[]; isReplacement: boolean }>;
  /** More must be set up before this sign-in can be complete: which of these ways. */
  'interaction/enrol': {
    step: Step;
    app: App;
    person: { name: string; email: string };
    ways: readonly Way[];
    later?: { action: string; left: number };
    cancelAction: string;
  };
  /** Without `handle` and `show` it asks for the address; with both the mail is on its way. */
  'methods/email/login': MethodScreen<{
    /** As it was typed, whoever has it. */
    address: string;
    validSeconds: number;
    /** The mail server does not answer now; the mail waits for it. */
    isMailAway: boolean;
  }>;
  /** The link of a mail in the browser that asked for it. */
  'methods/email/link': {
    action: string;
    handle: string;
    token: string;
    /** Absent for the own account. */
    appName?: string;
    address: string;
    ageSeconds: number;
  };
  /** The link of a mail in any other browser. */
  'methods/email/elsewhere': { action: string; token: string; code: string; validSeconds: number };
  'methods/email/here': { action: string; token: string; address: string; backUrl: string };
  /** "Forgot it?". Field: `email`. */
  'interaction/recovery': {
    action: string;
    email: string;
    app?: App;
    errors: readonly FieldError[];
    slowDownSeconds?: number;
    loginUrl: string;
  };
  /** The mail is on its way. Field: `code`. */
  'interaction/mailed-code': {
    kind: 'recovery' | 'registration';
    action: string;
    /** As it was typed, whoever has it. */
    address: string;
    againUrl: string;
    validSeconds: number;
    refused?: StepRefusal;
  };
  /** The link of that mail in the browser that asked for it. */
  'interaction/mailed-link': { kind: 'recovery' | 'registration'; action: string; token: string };
  /** The link of that mail in any other browser. */
  'interaction/mailed-link-elsewhere': {
    kind: 'recovery' | 'registration';
    code: string;
    validSeconds: number;
  };
  /** The link of a recovery that an operator started. */
  'interaction/recovery-started': { action: string; token: string; email: string };
  /** Fields: `password`, `again` without a script. */
  'interaction/recovery-password': {
    action: string;
    email: string;
    minimumLength: number;
    errors: readonly FieldError[];
  };
  /** Field: `email`. Locked by an invitation. */
  'interaction/registration': {
    action: string;
    email: string;
    isEmailLocked: boolean;
    app?: App;
    errors: readonly FieldError[];
    slowDownSeconds?: number;
    loginUrl: string;
  };
  /** Fields: `name`, `password`, `again` without a script. */
  'interaction/registration-details': {
    action: string;
    email: string;
    values: { name: string };
    minimumLength: number;
    errors: readonly FieldError[];
    /** Where the same form goes for a passkey instead of a password. */
    passkeyAction?: string;
  };
  /** Somebody proved who they are, and the app insists on another person, of whom nothing is said. */
  'interaction/other-person': {
    app: App;
    /** Who proved it. */
    person: { name: string; email: string };
    /** The first step again. */
    againUrl: string;
    /** Back to the app, which is told. */
    cancelAction: string;
  };
  /** The link of the mail about a sign-in from a new device. */
  'interaction/new-device': { action: string; token: string; when: number };
  'interaction/new-device-ended': { recoveryUrl?: string };
  /** The link of the mail about a new credential. `method`: its id. */
  'interaction/new-credential': { action: string; token: string; method: string; when: number };
  'interaction/new-credential-removed': { recoveryUrl?: string };
  /** After a recovery, when something was added lately. */
  'interaction/recovery-added': { added: readonly AddedLately[]; goOnUrl: string };
  'interaction/consent': {
    step: Step;
    action: string;
    app: App;
    person: { name: string; email: string };
    switchAction: string;
    /** Grouped by whom they are for; the first group is the person's own data. Sentences are ready to show. */
    groups: readonly {
      /** Name or identifier of the resource server; absent for the person's own data. */
      title?: string;
      scopes: readonly { name: string; sentence: string; shared: readonly string[] }[];
    }[];
    /** What the browser is told of the person's passkeys, as JSON. */
    signals?: string;
    accountUrl: string;
  };
  'interaction/first-administrator': {
    action: string;
    token: string;
    values: { name: string; email: string };
    minimumLength: number;
    errors: readonly FieldError[];
  };
  /** `/` on an empty installation: says where the one-time link is. */
  'interaction/welcome': { command: string };
  'users/set-password': {
    action: string;
    token: string;
    email: string;
    minimumLength: number;
    errors: readonly FieldError[];
  };
  'oidc/sign-out': { action: string; xsrf: string; app?: App; person: { name: string; email: string } };
  'oidc/signed-out': { app?: App; accountUrl: string };
  'account/overview': {
    person: { name: string; email: string; emailVerified: boolean; isAdmin: boolean };
    /** A request to remove what was lost. */
    waiting?: WaitingRemoval;
    sessionCount: number;
    applicationCount: number;
    /** What the browser is told of the person's passkeys, as JSON. */
    signals?: string;
    signOutAction: string;
  };
  'account/sessions': {
    sessions: readonly {
      id: string;
      /** "Firefox on Linux", from the user agent. */
      device: string;
      network: string;
      startedAt: number;
      lastSeenAt: number;
      isCurrent: boolean;
      apps: readonly string[];
    }[];
    endAction: string;
    endOthersAction: string;
    signOutAction: string;
    notice?: Sentence;
  };
  'account/applications': {
    applications: readonly {
      clientId: string;
      name: string;
      host: string;
      sentences: readonly string[];
      since: number;
      lastUsedAt?: number;
    }[];
    withdrawAction: string;
    signOutAction: string;
    notice?: Sentence;
  };
  'account/profile': {
    action: string;
    email: string;
    emailVerified: boolean;
    /** Absent: the operator or a missing mail server keeps addresses as they are. */
    emailUrl?: string;
    /** In the order of the page. `id` is the claim, or a part of the address. */
    fields: readonly {
      id: string;
      kind: 'text' | 'lines' | 'date' | 'language' | 'zone' | 'url' | 'phone';
      value: string;
    }[];
    /** What the browser is told of the person's passkeys, as JSON. */
    signals?: string;
    errors: readonly FieldError[];
    signOutAction: string;
    notice?: Sentence;
  };
  /** Fields: `current` when it is asked, `password`, `again` without a script, `end_others`. */
  'account/password': {
    action: string;
    hasPassword: boolean;
    asksCurrent: boolean;
    /** Another way to prove it, for who does not know the current one. */
    proveUrl?: string;
    email: string;
    minimumLength: number;
    errors: readonly FieldError[];
    slowDownSeconds?: number;
    signOutAction: string;
  };
  /** Field: `email`. */
  'account/email': {
    action: string;
    email: string;
    emailVerified: boolean;
    typed: string;
    /** The address that waits to be confirmed. */
    pending?: string;
    errors: readonly FieldError[];
    slowDownSeconds?: number;
    signOutAction: string;
  };
  'account/email-sent': { email: string; validSeconds: number; againUrl: string; signOutAction: string };
  'account/email-confirm': {
    action: string;
    token: string;
    email: string;
    before: string;
    signOutAction: string;
  };
  'account/email-undo': { action: string; token: string; email: string };
  'account/email-undone': { accountUrl: string; added: readonly AddedLately[] };
  'account/security': {
    /** Strongest first. `isUsable` without credentials: a way that needs nothing to be set up. */
    ways: readonly {
      method: string;
      isUsable: boolean;
      credentials: readonly {
        id: string;
        name: string;
        createdAt: number;
        lastUsedAt?: number;
        isSynced?: boolean;
        removeUrl: string;
        renameUrl?: string;
      }[];
      addUrl?: string;
      /** How often it can still be used (backup codes). */
      left?: number;
    }[];
    /** The methods that can be asked for after the first step. Empty: one factor is all. */
    secondFactors: readonly string[];
    devices: readonly {
      id: string;
      device: string;
      network: string;
      createdAt: number;
      expiresAt: number;
      lastUsedAt?: number;
    }[];
    forgetAction: string;
    forgetAllAction: string;
    /** For who has lost a device; where it can be asked for. */
    lostUrl?: string;
    /** A request to remove what was lost. */
    waiting?: WaitingRemoval;
    /** Newest first. The sentence is `event.<name>`. */
    events: readonly {
      at: number;
      name: string;
      /** The method that it is about. */
      method?: string;
      /** The app that asked for it. */
      app?: string;
      /** The methods that proved it. */
      ways?: readonly string[];
      browser?: string;
      network?: string;
    }[];
    /** What the browser is told of the person's passkeys, as JSON. */
    signals?: string;
    signOutAction: string;
    notice?: Sentence;
  };
  /** Fields: `name`, `credential`. */
  'account/rename': {
    action: string;
    method: string;
    credential: string;
    name: string;
    errors: readonly FieldError[];
    cancelUrl: string;
    signOutAction: string;
  };
  'account/remove': {
    action: string;
    method: string;
    credential: string;
    name: string;
    refused?: Sentence;
    cancelUrl: string;
    signOutAction: string;
  };
  'account/lost-device': LostDeviceForm & { signOutAction: string; notice?: Sentence };
  /** Field: `token`. */
  'account/lost-device-cancel': { action: string; token: string; ways: readonly string[] };
  'account/lost-device-cancelled': { passwordUrl: string };
  'interaction/lost-device': LostDeviceForm & { step: Step; person: { name: string; email: string } };
  /** `ways`: combinations of methods of which one is still to be proved, the shortest first; none: nothing is enough. */
  'account/prove': {
    ways: readonly (readonly string[])[];
    proveUrl: string;
    /** The request of somebody who has none of it any more. */
    lostUrl?: string;
    cancelUrl: string;
    signOutAction: string;
  };
  'account/data': { exportAction: string; deleteUrl?: string; signOutAction: string; notice?: Sentence };
  /** Field: `sure`. */
  /** The last administrator is told why not, and gets no form. */
  'account/delete': {
    action: string;
    email: string;
    graceDays: number;
    errors: readonly FieldError[];
    isLastAdministrator?: true;
    signOutAction: string;
  };
  'account/deletion-planned': { graceDays: number; accountUrl: string };
  /** Every page that ends a way: a human cause, a next step, a reference id. */
  error: {
    why:
      | 'expired'
      | 'not_found'
      | 'refused'
      | 'broken'
      | 'busy'
      | 'too_many'
      | 'bad_request'
      | 'link_used'
      | 'other_browser'
      | 'signed_in_already';
    referenceId: string;
    /** A second sentence for refusals by the protocol, ready to show; it names no unverified target. */
    explanation?: string;
    retryAfterSeconds?: number;
    back?: { href: string; label: Sentence };
  };
  'mail/mailbox': {
    mails: readonly { id: string; to: string; from: string; subject: string; text: string; date: string }[];
  };
};

export type ScreenName = keyof Screens;

/** Data of each mail; each is rendered into a subject, a text part that is complete on its own, and an html part. */
export type Mails = {
  'sign-in': {
    code: string;
    url: string;
    /** Absent for the own account. */
    appName?: string;
    validSeconds: number;
    when: number;
    device: string;
    network: string;
  };
  /** The link of a mail was used in a browser that had not asked for it. */
  'link-used': { when: number; device: string; network: string; sessionsUrl: string };
  /** `way`: id of the method. `name`: what the person calls it, when it has a name. */
  'way-changed': {
    what: 'enrolled' | 'removed';
    way: string;
    when: number;
    network: string;
    /** Of a new one: "this wasn't me". */
    denyUrl?: string;
    /** Of one that was removed. */
    accountUrl?: string;
  };
  /** A right first proof, then a wrong second factor. */
  'second-factor-failed': {
    appName: string;
    when: number;
    network: string;
    device: string;
    accountUrl: string;
  };
  'backup-code-used': { left: number; when: number; network: string; accountUrl: string };
  'token-theft': { appName: string; when: number; network: string; sessionsUrl: string };
  'set-password': { url: string; validHours: number };
  /** Without `network`: by an operator. */
  'password-changed': { when: number; network?: string; denyUrl: string };
  recovery: {
    code: string;
    url: string;
    validSeconds: number;
    when: number;
    device: string;
    network: string;
  };
  /** An operator started it; the link is the person's alone. */
  'recovery-started': { url: string; validSeconds: number };
  /** By the operator, for somebody who lost them. `ways`: ids of methods. */
  'removal-asked': {
    ways: readonly string[];
    when: number;
    dueAt: number;
    device: string;
    network: string;
    /** Cancels it. */
    url: string;
  };
  'removal-cancelled': { ways: readonly string[]; when: number; accountUrl: string };
  'second-factors-removed': { ways: readonly string[]; when: number; accountUrl: string };
  recovered: {
    when: number;
    device: string;
    network: string;
    accountUrl: string;
  };
  registration: {
    code: string;
    url: string;
    validSeconds: number;
    when: number;
    device: string;
    network: string;
  };
  /** To the owner of an address that somebody wanted to make an account with. */
  'registration-known': { url: string; when: number; device: string; network: string };
  invitation: { url: string; validSeconds: number };
  'new-device': { when: number; device: string; network: string; url: string };
  /** To the new address; the link confirms it. */
  'email-confirm': { url: string; validSeconds: number };
  /** To the old address, after the change. */
  'email-changed': {
    when: number;
    /** Absent: by an operator. */
    network?: string;
    /** Takes a change back that the person made. Absent with `network`. */
    undoUrl?: string;
    validSeconds?: number;
    accountUrl?: string;
  };
  /** To the new address, after a change; to both, after it was taken back. */
  'email-moved': { what: 'new' | 'back' | 'gone'; when: number; network?: string; accountUrl: string };
  /** To the owner of an address that somebody else wanted. */
  'email-in-use': { accountUrl: string };
  'deletion-planned': { dueAt: number; network: string; accountUrl: string };
  'deletion-cancelled': { when: number; network: string; accountUrl: string };
  'deletion-done': { homeUrl: string };
};

export type MailName = keyof Mails;
export type RenderedMail = { subject: string; text: string; html: string };
