import type {
  Frame,
  LostDeviceForm,
  MailName,
  Mails,
  ScreenName,
  Screens,
  WaitingRemoval,
} from './screens.ts';

type Samples = { readonly [Screen in ScreenName]: Readonly<Record<string, Screens[Screen]>> };

/** Every screen in every state. The dev pages show them, and the tests look at each of them. */
export const samples: Samples = {
  'interaction/login': loginSamples(),
  'methods/password/login': passwordStepSamples(),
  'methods/email/login': emailSamples(),
  'methods/email/link': {
    app: {
      action: '/interaction/Jx3vVbS1cM0yq7/email',
      handle: 'q1w2e3r4t5z6u7i8o9p0',
      token: 'Zm9vYmFyYmF6cXV4',
      appName: 'Books',
      address: 'ana@example.com',
      ageSeconds: 75,
    },
    account: {
      action: '/interaction/Jx3vVbS1cM0yq7/email',
      handle: 'q1w2e3r4t5z6u7i8o9p0',
      token: 'Zm9vYmFyYmF6cXV4',
      address: 'ana@example.com',
      ageSeconds: 9,
    },
  },
  'methods/email/elsewhere': {
    plain: { action: '/email/here', token: 'Zm9vYmFyYmF6cXV4', code: '482913', validSeconds: 540 },
  },
  'methods/email/here': {
    plain: {
      action: '/email/use',
      token: 'Zm9vYmFyYmF6cXV4',
      address: 'ana@example.com',
      backUrl: '/email/link?token=Zm9vYmFyYmF6cXV4',
    },
  },
  'interaction/consent': consentSamples(),
  'interaction/enrol': enrolSamples(),
  'interaction/recovery': {
    plain: recovery(),
    'for an app': { ...recovery(), app: books() },
    malformed: {
      ...recovery(),
      email: 'ana',
      errors: [{ field: 'email', sentence: { key: 'users.email_malformed' } }],
    },
    'slow down': { ...recovery(), email: ana().email, slowDownSeconds: 540 },
  },
  'interaction/mailed-code': {
    recovery: mailedCode('recovery'),
    registration: mailedCode('registration'),
    wrong: { ...mailedCode('recovery'), refused: { why: 'wrong' } },
    'slow down': { ...mailedCode('recovery'), refused: { why: 'slow_down', retryAfterSeconds: 40 } },
  },
  'interaction/mailed-link': {
    recovery: { kind: 'recovery', action: '/recovery/link', token: 'Zm9vYmFyYmF6' },
    registration: { kind: 'registration', action: '/registration/link', token: 'Zm9vYmFyYmF6' },
  },
  'interaction/mailed-link-elsewhere': {
    plain: { kind: 'recovery', code: '482913', validSeconds: 540 },
  },
  'interaction/recovery-started': {
    plain: { action: '/recovery/started', token: 'Zm9vYmFyYmF6', email: ana().email },
  },
  'interaction/recovery-password': {
    plain: recoveryPassword(),
    'too short': {
      ...recoveryPassword(),
      errors: [{ field: 'password', sentence: { key: 'password.too_short', values: { minimum: 15 } } }],
    },
  },
  'interaction/registration': {
    plain: registration(),
    'for an app': { ...registration(), app: books() },
    invited: { ...registration(), email: ana().email, isEmailLocked: true },
    'another domain': {
      ...registration(),
      email: ana().email,
      errors: [{ field: 'email', sentence: { key: 'registration.domain' } }],
    },
    'slow down': { ...registration(), email: ana().email, slowDownSeconds: 540 },
  },
  'interaction/registration-details': {
    plain: registrationDetails(),
    'with a passkey': { ...registrationDetails(), passkeyAction: '/registration/steps/s1/passkey' },
    errors: {
      ...registrationDetails(),
      values: { name: '' },
      errors: [
        { field: 'name', sentence: { key: 'users.name_missing' } },
        { field: 'password', sentence: { key: 'password.too_short', values: { minimum: 15 } } },
      ],
    },
  },
  'interaction/other-person': {
    plain: {
      app: books(),
      person: ana(),
      againUrl: '/interaction/kxW3',
      cancelAction: '/interaction/kxW3/cancel',
    },
  },
  'interaction/new-device': {
    plain: { action: '/new-device', token: 'Zm9vYmFyYmF6', when: noon() },
  },
  'interaction/new-device-ended': { plain: { recoveryUrl: '/recovery' }, 'without recovery': {} },
  'interaction/new-credential': {
    passkey: { action: '/new-credential', token: 'Zm9vYmFyYmF6', method: 'passkey', when: noon() },
    password: { action: '/new-credential', token: 'Zm9vYmFyYmF6', method: 'password', when: noon() },
  },
  'interaction/new-credential-removed': { plain: { recoveryUrl: '/recovery' }, 'without recovery': {} },
  'interaction/recovery-added': { plain: { added: added(), goOnUrl: '/account/sign-in' } },
  ...passkeySamples(),
  ...totpSamples(),
  ...backupCodesSamples(),
  'interaction/first-administrator': {
    empty: firstAdministrator(),
    errors: {
      ...firstAdministrator(),
      values: { name: '', email: 'ana' },
      errors: [
        { field: 'name', sentence: { key: 'users.name_missing' } },
        { field: 'email', sentence: { key: 'users.email_malformed' } },
        { field: 'password', sentence: { key: 'password.too_short', values: { minimum: 15 } } },
      ],
    },
  },
  'interaction/welcome': { plain: { command: 'npm start' } },
  'users/set-password': {
    plain: setPassword(),
    'too short': {
      ...setPassword(),
      errors: [{ field: 'password', sentence: { key: 'password.too_short', values: { minimum: 15 } } }],
    },
    breached: { ...setPassword(), errors: [{ field: 'password', sentence: { key: 'password.breached' } }] },
    'typed differently': {
      ...setPassword(),
      errors: [{ field: 'again', sentence: { key: 'password.differs' } }],
    },
  },
  'oidc/sign-out': {
    'asked by an app': { action: '/session/end/confirm', xsrf: 'x5rf', app: books(), person: ana() },
    'without an app': { action: '/session/end/confirm', xsrf: 'x5rf', person: ana() },
  },
  'oidc/signed-out': {
    'from an app': { app: books(), accountUrl: '/account' },
    'without an app': { accountUrl: '/account' },
  },
  'account/overview': {
    administrator: { ...overview(), person: { ...ana(), emailVerified: true, isAdmin: true } },
    person: overview(),
    'a removal waits': {
      ...overview(),
      waiting: { ...waitingRemoval(), cancelAction: '/account/lost-device/keep' },
    },
    'nothing yet': { ...overview(), sessionCount: 0, applicationCount: 0 },
    'many and long': {
      ...overview(),
      person: {
        name: 'Anastasia-Wilhelmina von und zu Hohenstein-Ödinghausen',
        email: 'anastasia.wilhelmina.von.und.zu.hohenstein@verwaltung.hohenstein-oedinghausen.example',
        emailVerified: false,
        isAdmin: false,
      },
      sessionCount: 1234,
      applicationCount: 27,
    },
  },
  'account/sessions': {
    several: sessions(),
    'only this one': { ...sessions(), sessions: sessions().sessions.slice(0, 1) },
    'one has ended': { ...sessions(), notice: { key: 'sessions.ended' } },
  },
  'account/applications': {
    several: applications(),
    none: { ...applications(), applications: [] },
    'one is disconnected': {
      ...applications(),
      notice: { key: 'applications.withdrawn', values: { app: 'Photos' } },
    },
  },
  'account/profile': {
    filled: profile(),
    'not confirmed, saved': {
      ...profile(),
      emailVerified: false,
      notice: { key: 'profile.saved' },
      fields: profile().fields.map((field) => ({ ...field, value: '' })),
    },
    mistakes: {
      ...profile(),
      errors: [
        { field: 'birthdate', sentence: { key: 'profile.wrong.date' } },
        { field: 'website', sentence: { key: 'profile.wrong.url' } },
      ],
    },
    'nothing to write': { ...profile(), fields: [] },
  },
  'account/password': {
    'current one': accountPassword(),
    proved: { ...accountPassword(), asksCurrent: false },
    'first one': { ...accountPassword(), hasPassword: false, asksCurrent: false },
    wrong: {
      ...accountPassword(),
      errors: [{ field: 'current', sentence: { key: 'account_password.wrong' } }],
    },
    'slow down': { ...accountPassword(), slowDownSeconds: 50 },
  },
  'account/email': {
    plain: accountEmail(),
    'not confirmed': { ...accountEmail(), emailVerified: false, typed: 'ana@example.com' },
    'waiting, malformed': {
      ...accountEmail(),
      typed: 'ana@',
      pending: 'ana.lopes@example.org',
      errors: [{ field: 'email', sentence: { key: 'users.email_malformed' } }],
    },
    'slow down': { ...accountEmail(), typed: 'ana@example.org', slowDownSeconds: 1800 },
  },
  'account/email-sent': {
    plain: {
      email: 'ana.lopes@example.org',
      validSeconds: 3600,
      againUrl: '/account/email',
      signOutAction: '/account/sign-out',
    },
  },
  'account/email-confirm': {
    'another one': accountEmailConfirm(),
    'the same': { ...accountEmailConfirm(), email: 'ana@example.com' },
  },
  'account/email-undo': {
    plain: { action: '/account/email/undo', token: 'Zm9vYmFyYmF6cXV4', email: 'ana@example.com' },
  },
  'account/email-undone': {
    plain: { accountUrl: '/account/password', added: [] },
    'something is new': { accountUrl: '/account/password', added: added() },
  },
  'account/security': {
    everything: security(),
    'password only': {
      ...security(),
      ways: security().ways.map((way) =>
        ['password', 'email'].includes(way.method)
          ? way
          : {
              method: way.method,
              isUsable: false,
              credentials: [],
              addUrl: `/account/security/${way.method}/add`,
            },
      ),
      secondFactors: [],
      devices: [],
      events: [],
    },
    'one was added': { ...security(), lostUrl: '/account/lost-device', notice: { key: 'security.added' } },
    'a removal waits': {
      ...security(),
      waiting: { ...waitingRemoval(), cancelAction: '/account/lost-device/keep' },
    },
  },
  'account/rename': {
    plain: rename(),
    empty: { ...rename(), name: '', errors: [{ field: 'name', sentence: { key: 'ways.name_missing' } }] },
  },
  'account/remove': {
    plain: remove(),
    'the last way': { ...remove(), method: 'password', name: 'password', refused: { key: 'ways.last' } },
  },
  'account/lost-device': {
    plain: { ...lostDevice(), signOutAction: '/account/sign-out' },
    'with mistakes': {
      ...lostDevice(),
      asksPassword: true,
      errors: [
        { field: 'lost_passkey', sentence: { key: 'lost.choose' } },
        { field: 'current', sentence: { key: 'account_password.wrong' } },
      ],
      signOutAction: '/account/sign-out',
    },
    'proved again': { ...lostDevice(), notice: { key: 'account.again' }, signOutAction: '/account/sign-out' },
    'too many tries': { ...lostDevice(), slowDownSeconds: 60, signOutAction: '/account/sign-out' },
    waiting: {
      ...lostDevice(),
      waiting: { ...waitingRemoval(), cancelAction: '/account/lost-device/keep' },
      signOutAction: '/account/sign-out',
    },
    'only an operator': { ...lostDevice(), ways: [], signOutAction: '/account/sign-out' },
  },
  'account/lost-device-cancel': {
    plain: { action: '/account/lost-device/cancel', token: 'token', ways: ['totp', 'backup-codes'] },
  },
  'account/lost-device-cancelled': { plain: { passwordUrl: '/account/password' } },
  'interaction/lost-device': {
    plain: {
      ...lostDevice(),
      step: { done: 2, total: 3 },
      person: { name: 'Ana Lima', email: 'ana@example.com' },
    },
    'with mistakes': {
      ...lostDevice(),
      asksPassword: true,
      errors: [{ field: 'lost_passkey', sentence: { key: 'lost.have_more' } }],
      step: { done: 2, total: 3 },
      person: { name: 'Ana Lima', email: 'ana@example.com' },
    },
    waiting: {
      ...lostDevice(),
      waiting: waitingRemoval(),
      step: { done: 2, total: 3 },
      person: { name: 'Ana Lima', email: 'ana@example.com' },
    },
  },
  'account/prove': {
    plain: prove([['passkey']]),
    'one of several': prove([['passkey'], ['password', 'totp']]),
    'nothing is enough': prove([]),
  },
  'account/data': {
    plain: {
      exportAction: '/account/data/export',
      deleteUrl: '/account/delete',
      signOutAction: '/account/sign-out',
    },
    'proved again, no deletion': {
      exportAction: '/account/data/export',
      signOutAction: '/account/sign-out',
      notice: { key: 'account.again' },
    },
  },
  'account/delete': {
    plain: accountDelete(),
    'not sure': {
      ...accountDelete(),
      errors: [{ field: 'sure', sentence: { key: 'account_delete.sure_missing' } }],
    },
    'the last administrator': { ...accountDelete(), isLastAdministrator: true },
  },
  'account/deletion-planned': { plain: { graceDays: 14, accountUrl: '/account' } },
  error: {
    expired: {
      ...errorPage('expired'),
      back: {
        href: 'https://books.example/',
        label: { key: 'error.back_to', values: { app: 'Books' } },
      },
    },
    'not found': {
      ...errorPage('not_found'),
      back: { href: '/account', label: { key: 'error.to_account' } },
    },
    refused: {
      ...errorPage('refused'),
      explanation: "redirect_uri did not match any of the client's registered redirect_uris",
    },
    broken: errorPage('broken'),
    busy: { ...errorPage('busy'), retryAfterSeconds: 5 },
    'too many': { ...errorPage('too_many'), retryAfterSeconds: 300 },
    'bad request': errorPage('bad_request'),
    'link used': {
      ...errorPage('link_used'),
      back: { href: '/account', label: { key: 'error.to_account' } },
    },
    'other browser': {
      ...errorPage('other_browser'),
      back: {
        href: 'https://books.example/',
        label: { key: 'error.start_again', values: { app: 'Books' } },
      },
    },
    'signed in already': {
      ...errorPage('signed_in_already'),
      back: {
        href: 'https://books.example/',
        label: { key: 'error.back_to', values: { app: 'Books' } },
      },
    },
  },
  'mail/mailbox': { mails: { mails: mailbox() }, empty: { mails: [] } },
};

export const mailSamples: { readonly [Mail in MailName]: Mails[Mail] } = {
  'sign-in': {
    code: '482913',
    url: 'https://auth.acme.example/email/link?token=Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF',
    appName: 'Books',
    validSeconds: 600,
    when: noon(),
    device: 'Firefox · Linux',
    network: '203.0.113.7',
  },
  'link-used': {
    when: noon(),
    device: 'Safari · iPhone',
    network: '203.0.113.7',
    sessionsUrl: 'https://auth.acme.example/account/sessions',
  },
  'token-theft': {
    appName: 'Books',
    when: noon(),
    network: '203.0.113.7',
    sessionsUrl: 'https://auth.acme.example/account/sessions',
  },
  'set-password': {
    url: 'https://auth.acme.example/set-password?token=Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF',
    validHours: 24,
  },
  'way-changed': {
    what: 'enrolled',
    way: 'passkey',
    when: noon(),
    network: '203.0.113.7',
    denyUrl: 'https://auth.acme.example/new-credential?token=Zm9vYmFyYmF6cXV4',
  },
  'second-factor-failed': {
    appName: 'Books',
    when: noon(),
    network: '203.0.113.7',
    device: 'Firefox on Linux',
    accountUrl: 'https://auth.acme.example/account',
  },
  'backup-code-used': {
    left: 7,
    when: noon(),
    network: '203.0.113.7',
    accountUrl: 'https://auth.acme.example/account/security',
  },
  recovery: {
    code: '482913',
    url: 'https://auth.acme.example/recovery/link?token=Zm9vYmFyYmF6',
    validSeconds: 600,
    when: noon(),
    device: 'Firefox · Linux',
    network: '203.0.113.7',
  },
  'recovery-started': {
    url: 'https://auth.acme.example/recovery/started?token=Zm9vYmFyYmF6',
    validSeconds: 86_400,
  },
  'removal-asked': {
    ways: ['totp', 'backup-codes'],
    when: noon(),
    dueAt: noon() + 259_200_000,
    device: 'Firefox · Linux',
    network: '203.0.113.7',
    url: 'https://auth.acme.example/account/lost-device/cancel?token=token',
  },
  'removal-cancelled': {
    ways: ['totp', 'backup-codes'],
    when: noon(),
    accountUrl: 'https://auth.acme.example/account/password',
  },
  'second-factors-removed': {
    ways: ['totp', 'backup-codes'],
    when: noon(),
    accountUrl: 'https://auth.acme.example/account',
  },
  recovered: {
    when: noon(),
    device: 'Firefox · Linux',
    network: '203.0.113.7',
    accountUrl: 'https://auth.acme.example/account',
  },
  registration: {
    code: '482913',
    url: 'https://auth.acme.example/registration/link?token=Zm9vYmFyYmF6',
    validSeconds: 600,
    when: noon(),
    device: 'Firefox · Linux',
    network: '203.0.113.7',
  },
  'registration-known': {
    url: 'https://auth.acme.example/account/sign-in',
    when: noon(),
    device: 'Firefox · Linux',
    network: '203.0.113.7',
  },
  invitation: {
    url: 'https://auth.acme.example/registration?invitation=Zm9vYmFyYmF6',
    validSeconds: 604_800,
  },
  'new-device': {
    when: noon(),
    device: 'Firefox · Linux',
    network: '203.0.113.7',
    url: 'https://auth.acme.example/new-device?token=Zm9vYmFyYmF6',
  },
  'password-changed': {
    when: noon(),
    network: '2001:db8:1:2::/64',
    denyUrl: 'https://auth.acme.example/new-credential?token=Zm9vYmFyYmF6cXV4',
  },
  'email-confirm': {
    url: 'https://auth.acme.example/account/email/confirm?token=Zm9vYmFyYmF6cXV4',
    validSeconds: 3600,
  },
  'email-changed': {
    when: noon(),
    network: '203.0.113.7',
    undoUrl: 'https://auth.acme.example/account/email/undo?token=Zm9vYmFyYmF6cXV4',
    validSeconds: 259_200,
  },
  'email-moved': {
    what: 'back',
    when: noon(),
    network: '203.0.113.7',
    accountUrl: 'https://auth.acme.example/account/password',
  },
  'email-in-use': { accountUrl: 'https://auth.acme.example/account' },
  'deletion-planned': {
    dueAt: noon() + 14 * 86_400_000,
    network: '203.0.113.7',
    accountUrl: 'https://auth.acme.example/account',
  },
  'deletion-cancelled': {
    when: noon(),
    network: '203.0.113.7',
    accountUrl: 'https://auth.acme.example/account/password',
  },
  'deletion-done': { homeUrl: 'https://auth.acme.example' },
};

/** What `http/page.ts` adds to each answer, as an installation with everything set would have it. */
export const sampleFrame: Frame = {
  issuer: 'https://auth.acme.example',
  base: '',
  locale: 'en',
  nonce: 'bm9uY2Utb2YtMTI4LWJpdHM',
  csrf: 'q1w2e3r4t5z6u7i8o9p0a1s2d3f4g5h6j7k8l9y0x1c2v3b4n5m6Q7W8E9R0T1Z2U3I4O5P6A7S8D9F0G1H2',
  here: '/interaction/Jx3vVbS1cM0yq7?app=Ym9va3M.key_1.mac',
  brand: {
    name: 'Acme',
    helpUrl: 'https://acme.example/help',
    privacyUrl: 'https://acme.example/privacy',
  },
};

function enrolSamples(): Record<string, Screens['interaction/enrol']> {
  const plain: Screens['interaction/enrol'] = {
    step: { done: 2, total: 3 },
    app: books(),
    person: ana(),
    ways: [
      { method: 'passkey', href: '/interaction/Jx3vVbS1cM0yq7/enrol/passkey', isLastUsed: false },
      { method: 'totp', href: '/interaction/Jx3vVbS1cM0yq7/enrol/totp', isLastUsed: false },
    ],
    cancelAction: '/interaction/Jx3vVbS1cM0yq7/cancel',
  };
  const action = '/interaction/Jx3vVbS1cM0yq7/later';
  return {
    now: plain,
    'may wait': { ...plain, later: { action, left: 2 } },
    'last time': { ...plain, later: { action, left: 1 } },
  };
}

function secondFactor() {
  return {
    step: { done: 2, total: 3 },
    app: books(),
    person: ana(),
    others: [
      { method: 'passkey', href: '/interaction/Jx3vVbS1cM0yq7/passkey', isLastUsed: true },
      {
        method: 'backup-codes',
        href: '/interaction/Jx3vVbS1cM0yq7/backup-codes',
        isLastUsed: false,
        count: 7,
      },
    ],
    switchAction: '/interaction/Jx3vVbS1cM0yq7/switch',
    cancelAction: '/interaction/Jx3vVbS1cM0yq7/cancel',
    rememberDeviceDays: 30,
  };
}

function passkeySamples(): Pick<
  Samples,
  'methods/passkey/login' | 'methods/passkey/enrol' | 'methods/passkey/offer'
> {
  const show = { publicKey: { challenge: 'Y2hhbGxlbmdl', rpId: 'localhost', userVerification: 'required' } };
  const login: Screens['methods/passkey/login'] = {
    ...secondFactor(),
    action: '/interaction/Jx3vVbS1cM0yq7/passkey',
    handle: 'aGFuZGxl',
    show,
  };
  const { person: _person, rememberDeviceDays: _days, switchAction: _switch, ...firstStep } = login;
  const enrol: Screens['methods/passkey/enrol'] = {
    frame: 'flow',
    step: { done: 2, total: 3 },
    action: '/interaction/Jx3vVbS1cM0yq7/enrol/passkey',
    handle: 'aGFuZGxl',
    show,
    errors: [],
    person: ana(),
    app: books(),
    others: [],
    later: { action: '/interaction/Jx3vVbS1cM0yq7/later', left: 2 },
    cancelAction: '/interaction/Jx3vVbS1cM0yq7/cancel',
  };
  const { app: _app, step: _step, later: _later, ...own } = enrol;
  const offer: Screens['methods/passkey/offer'] = {
    step: { done: 2, total: 2 },
    action: '/interaction/Jx3vVbS1cM0yq7/passkey/offer',
    optionsUrl: '/interaction/Jx3vVbS1cM0yq7/passkey/offer/options',
    isQuiet: false,
    person: ana(),
    errors: [],
  };
  return {
    'methods/passkey/login': {
      'second factor': login,
      'first step': { ...firstStep, identifier: '', remember: false },
      refused: { ...login, refused: { why: 'wrong' } },
      'took too long': { ...login, refused: { why: 'expired' } },
    },
    'methods/passkey/enrol': {
      'in the flow': enrol,
      'in the account': { ...own, frame: 'account', cancelUrl: '/account/security' },
      'not saved': { ...enrol, errors: [{ field: 'credential', sentence: { key: 'passkey.not_saved' } }] },
      'kind refused': {
        ...enrol,
        errors: [{ field: 'credential', sentence: { key: 'passkey.kind_refused' } }],
      },
    },
    'methods/passkey/offer': {
      asking: offer,
      'the browser tries first': { ...offer, isQuiet: true },
      'after the passkey of a phone': { ...offer, isElsewhere: true },
      'not saved': { ...offer, errors: [{ field: 'credential', sentence: { key: 'passkey.not_saved' } }] },
    },
  };
}

function totpSamples(): Pick<Samples, 'methods/totp/login' | 'methods/totp/enrol'> {
  const login: Screens['methods/totp/login'] = {
    ...secondFactor(),
    action: '/interaction/Jx3vVbS1cM0yq7/totp',
  };
  const { rememberDeviceDays: _, ...stepUp } = login;
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  const enrol: Screens['methods/totp/enrol'] = {
    frame: 'flow',
    step: { done: 2, total: 3 },
    action: '/interaction/Jx3vVbS1cM0yq7/enrol/totp',
    handle: 'aGFuZGxl',
    show: {
      uri: `otpauth://totp/Acme:ana%40example.com?secret=${secret}&issuer=Acme`,
      secret,
      digits: 6,
      count: 0,
    },
    errors: [],
    person: ana(),
    app: books(),
    others: [],
    later: { action: '/interaction/Jx3vVbS1cM0yq7/later', left: 2 },
    cancelAction: '/interaction/Jx3vVbS1cM0yq7/cancel',
  };
  const { app, step, later, ...own } = enrol;
  return {
    'methods/totp/login': {
      plain: login,
      wrong: { ...login, refused: { why: 'wrong' } },
      'used already': { ...login, refused: { why: 'reused' } },
      'slow down': { ...login, refused: { why: 'slow_down', retryAfterSeconds: 30 } },
      'step-up, no other way': { ...stepUp, others: [], lostUrl: '/interaction/uid/lost-device' },
    },
    'methods/totp/enrol': {
      'in the flow': enrol,
      'in the account, a second one': {
        ...own,
        frame: 'account',
        show: { uri: '', secret, digits: 8, ...own.show, count: 1 },
        cancelUrl: '/account/security',
      },
      wrong: { ...enrol, errors: [{ field: 'code', sentence: { key: 'totp.wrong' } }] },
      'begun anew': { ...enrol, refused: { why: 'expired' } },
      'too many': {
        ...own,
        frame: 'account',
        errors: [{ field: 'code', sentence: { key: 'totp.too_many', values: { maximum: 5 } } }],
      },
    },
  };
}

function backupCodesSamples(): Pick<Samples, 'methods/backup-codes/login' | 'methods/backup-codes/enrol'> {
  const login: Screens['methods/backup-codes/login'] = {
    ...secondFactor(),
    action: '/interaction/Jx3vVbS1cM0yq7/backup-codes',
    others: [{ method: 'totp', href: '/interaction/Jx3vVbS1cM0yq7/totp', isLastUsed: false }],
  };
  const codes =
    '3f9k-2m7q 8x4t-p6vd k2w9-h5nb c7rj-4e8y 6dqs-z3ma w9pg-7t2x n4hv-e6kc 5bzm-r8fj q7ya-d3ws t2xe-9gnp'.split(
      ' ',
    );
  const enrol: Screens['methods/backup-codes/enrol'] = {
    frame: 'account',
    action: '/account/security/backup-codes',
    handle: 'aGFuZGxl',
    show: { codes, isReplacement: false },
    errors: [],
    person: ana(),
    others: [],
    cancelUrl: '/account/security',
  };
  return {
    'methods/backup-codes/login': {
      plain: login,
      wrong: { ...login, refused: { why: 'wrong' } },
      'used already': { ...login, refused: { why: 'reused' } },
    },
    'methods/backup-codes/enrol': {
      plain: enrol,
      'in place of others': { ...enrol, show: { codes, isReplacement: true } },
      'not ticked': { ...enrol, errors: [{ field: 'saved', sentence: { key: 'backup_codes.not_saved' } }] },
    },
  };
}

function loginSamples(): Record<string, Screens['interaction/login']> {
  const plain: Screens['interaction/login'] = {
    step: { done: 1, total: 2 },
    action: '/interaction/Jx3vVbS1cM0yq7/login',
    app: books(),
    identifier: '',
    isIdentifierLocked: false,
    remember: false,
    others: [],
    cancelAction: '/interaction/Jx3vVbS1cM0yq7/cancel',
  };
  const others = [
    { method: 'passkey', href: '/interaction/Jx3vVbS1cM0yq7/passkey', isLastUsed: true },
    { method: 'email', href: '/interaction/Jx3vVbS1cM0yq7/email', isLastUsed: false },
  ];
  const again = { ...plain, identifier: 'ana@example.com', remember: true };
  return {
    plain,
    'other ways': { ...plain, others },
    'no password': { ...plain, others, hasPassword: false },
    'known person': {
      ...again,
      isIdentifierLocked: true,
      switchAction: '/interaction/Jx3vVbS1cM0yq7/switch',
    },
    wrong: { ...again, refused: { why: 'wrong' } },
    'wrong, other ways': { ...again, others, refused: { why: 'wrong' } },
    'slow down': { ...again, refused: { why: 'slow_down', retryAfterSeconds: 30 } },
    'slow down, other ways': { ...again, others, refused: { why: 'slow_down', retryAfterSeconds: 600 } },
    busy: { ...again, refused: { why: 'busy' } },
    'long names': {
      ...again,
      app: {
        name: 'The Very Long Named Library Catalogue of Ödinghausen and Surroundings',
        host: 'catalogue.library.oedinghausen-and-surroundings.example',
      },
      identifier: 'anastasia.wilhelmina.von.und.zu.hohenstein@verwaltung.oedinghausen.example',
    },
  };
}

function passwordStepSamples(): Record<string, Screens['methods/password/login']> {
  const step: Screens['methods/password/login'] = {
    step: { done: 2, total: 3 },
    action: '/interaction/Jx3vVbS1cM0yq7/password',
    app: books(),
    person: ana(),
    others: [],
    cancelAction: '/interaction/Jx3vVbS1cM0yq7/cancel',
    switchAction: '/interaction/Jx3vVbS1cM0yq7/switch',
  };
  return { 'after a passkey': step, wrong: { ...step, refused: { why: 'wrong' } } };
}

function emailSamples(): Record<string, Screens['methods/email/login']> {
  const ask: Screens['methods/email/login'] = {
    step: { done: 1, total: 2 },
    action: '/interaction/Jx3vVbS1cM0yq7/email',
    app: books(),
    identifier: '',
    isIdentifierLocked: false,
    remember: false,
    others: [{ method: 'password', href: '/interaction/Jx3vVbS1cM0yq7', isLastUsed: true }],
    cancelAction: '/interaction/Jx3vVbS1cM0yq7/cancel',
  };
  const sent = {
    ...ask,
    identifier: 'ana@example.com',
    handle: 'q1w2e3r4t5z6u7i8o9p0a1s2d3f4g5h6j7k8l9y0x1c',
    show: { address: 'ana@example.com', validSeconds: 600, isMailAway: false },
  };
  return {
    ask,
    'ask a known person': {
      ...ask,
      identifier: 'ana@example.com',
      isIdentifierLocked: true,
      switchAction: '/interaction/Jx3vVbS1cM0yq7/switch',
    },
    'too many mails': { ...ask, refused: { why: 'slow_down', retryAfterSeconds: 480 } },
    sent,
    wrong: { ...sent, refused: { why: 'wrong' } },
    'mail server away': { ...sent, show: { ...sent.show, isMailAway: true } },
    'nothing left': { ...ask, refused: { why: 'expired' } },
  };
}

function consentSamples(): Record<string, Screens['interaction/consent']> {
  const own: Screens['interaction/consent']['groups'][number] = {
    scopes: [
      { name: 'openid', sentence: 'Know who you are', shared: [] },
      { name: 'profile', sentence: 'See your name and profile', shared: ['Ana Lopes', 'Europe/Lisbon'] },
      { name: 'email', sentence: 'See your e-mail address', shared: ['ana@example.com'] },
      { name: 'offline_access', sentence: 'Stay connected when you’re away', shared: [] },
    ],
  };
  const plain: Screens['interaction/consent'] = {
    step: { done: 2, total: 2 },
    action: '/interaction/Jx3vVbS1cM0yq7/consent',
    app: books(),
    person: ana(),
    switchAction: '/interaction/Jx3vVbS1cM0yq7/switch',
    groups: [own],
    accountUrl: '/account/applications',
  };
  const { name, host } = books();
  return {
    plain,
    'with a resource server': {
      ...plain,
      groups: [
        own,
        {
          title: 'Library API',
          scopes: [
            { name: 'books:read', sentence: 'See the books on your shelf', shared: [] },
            { name: 'books:write', sentence: 'Add and remove books on your shelf', shared: [] },
          ],
        },
        {
          title: 'https://api.payments.example/v1',
          scopes: [{ name: 'pay', sentence: 'pay', shared: [] }],
        },
      ],
    },
    'no documents': { ...plain, app: { name, host } },
    'policy only': { ...plain, app: { name, host, policyUrl: 'https://books.example/privacy' } },
  };
}

function books() {
  return {
    name: 'Books',
    host: 'books.example',
    policyUrl: 'https://books.example/privacy',
    termsUrl: 'https://books.example/terms',
  };
}

function ana() {
  return { name: 'Ana Lopes', email: 'ana@example.com' };
}

function noon(): number {
  return Date.UTC(2026, 10, 20, 12, 0);
}

function firstAdministrator(): Screens['interaction/first-administrator'] {
  return {
    action: '/first-administrator',
    token: 'Zm9vYmFyYmF6cXV4',
    values: { name: '', email: '' },
    minimumLength: 15,
    errors: [],
  };
}

function setPassword(): Screens['users/set-password'] {
  return {
    action: '/set-password',
    token: 'Zm9vYmFyYmF6cXV4',
    email: 'ana@example.com',
    minimumLength: 15,
    errors: [],
  };
}

function recovery(): Screens['interaction/recovery'] {
  return { action: '/recovery', email: '', errors: [], loginUrl: '/account/sign-in' };
}

function mailedCode(kind: 'recovery' | 'registration'): Screens['interaction/mailed-code'] {
  return {
    kind,
    action: `/${kind}/steps/s1/code`,
    address: ana().email,
    againUrl: `/${kind}`,
    validSeconds: 600,
  };
}

function registration(): Screens['interaction/registration'] {
  return {
    action: '/registration',
    email: '',
    isEmailLocked: false,
    errors: [],
    loginUrl: '/account/sign-in',
  };
}

function registrationDetails(): Screens['interaction/registration-details'] {
  return {
    action: '/registration/steps/s1/details',
    email: ana().email,
    values: { name: 'Ana Lima' },
    minimumLength: 15,
    errors: [],
  };
}

function added(): Screens['interaction/recovery-added']['added'] {
  const removeUrl = '/account/security/passkey/remove?credential=pk1';
  return [
    { method: 'passkey', name: 'Pixel 9 · Google Password Manager', createdAt: noon(), removeUrl },
    { method: 'backup-codes', name: 'backup-codes', createdAt: noon() - 86_400_000, removeUrl },
  ];
}

function recoveryPassword(): Screens['interaction/recovery-password'] {
  return {
    action: '/recovery/steps/s1/password',
    email: ana().email,
    minimumLength: 15,
    errors: [],
  };
}

function overview(): Screens['account/overview'] {
  return {
    person: { ...ana(), emailVerified: false, isAdmin: false },
    sessionCount: 2,
    applicationCount: 1,
    signOutAction: '/account/sign-out',
  };
}

function sessions(): Screens['account/sessions'] {
  const startedAt = noon() - 26 * 3_600_000;
  return {
    sessions: [
      {
        id: 'one',
        device: 'Firefox · Linux',
        network: '203.0.113.7',
        startedAt,
        lastSeenAt: noon(),
        isCurrent: true,
        apps: ['Books', 'Photos'],
      },
      {
        id: 'two',
        device: 'Safari · iPhone',
        network: '2001:db8:1:2::/64',
        startedAt: startedAt - 86_400_000,
        lastSeenAt: noon() - 3_600_000,
        isCurrent: false,
        apps: [],
      },
    ],
    endAction: '/account/sessions/end',
    endOthersAction: '/account/sessions/end-others',
    signOutAction: '/account/sign-out',
  };
}

function applications(): Screens['account/applications'] {
  return {
    applications: [
      {
        clientId: 'cli_books',
        name: 'Books',
        host: 'books.example',
        sentences: ['Know who you are', 'See your e-mail address', 'Stay connected when you’re away'],
        since: noon() - 40 * 86_400_000,
        lastUsedAt: noon(),
      },
      {
        clientId: 'cli_library',
        name: 'The Very Long Named Library Catalogue of Ödinghausen and Surroundings',
        host: 'catalogue.library.oedinghausen-and-surroundings.example',
        sentences: ['Know who you are'],
        since: noon(),
      },
    ],
    withdrawAction: '/account/applications/withdraw',
    signOutAction: '/account/sign-out',
  };
}

function profile(): Screens['account/profile'] {
  return {
    action: '/account/profile',
    email: 'ana@example.com',
    emailVerified: true,
    emailUrl: '/account/email',
    fields: [
      { id: 'name', kind: 'text', value: 'Ana Lopes' },
      { id: 'preferred_username', kind: 'text', value: 'ana' },
      { id: 'birthdate', kind: 'date', value: '1984-02-29' },
      { id: 'locale', kind: 'language', value: 'pt-PT' },
      { id: 'zoneinfo', kind: 'zone', value: 'Europe/Lisbon' },
      { id: 'website', kind: 'url', value: 'https://ana.example/' },
      { id: 'phone_number', kind: 'phone', value: '+351 21 234 5678' },
      { id: 'street_address', kind: 'lines', value: 'Rua das Flores 7\n2.º direito' },
      { id: 'locality', kind: 'text', value: 'Lisboa' },
    ],
    errors: [],
    signOutAction: '/account/sign-out',
  };
}

function accountPassword(): Screens['account/password'] {
  return {
    action: '/account/password',
    hasPassword: true,
    asksCurrent: true,
    proveUrl: '/account/password?prove=yes',
    email: 'ana@example.com',
    minimumLength: 15,
    errors: [],
    signOutAction: '/account/sign-out',
  };
}

function accountEmail(): Screens['account/email'] {
  return {
    action: '/account/email',
    email: 'ana@example.com',
    emailVerified: true,
    typed: '',
    errors: [],
    signOutAction: '/account/sign-out',
  };
}

function accountEmailConfirm(): Screens['account/email-confirm'] {
  return {
    action: '/account/email/confirm',
    token: 'Zm9vYmFyYmF6cXV4',
    email: 'ana.lopes@example.org',
    before: 'ana@example.com',
    signOutAction: '/account/sign-out',
  };
}

function security(): Screens['account/security'] {
  const at = (hoursAgo: number) => noon() - hoursAgo * 3_600_000;
  const list = '/account/security';
  return {
    ways: [
      {
        method: 'passkey',
        isUsable: true,
        credentials: [
          {
            id: 'pk_1',
            name: 'iCloud Keychain · iPhone',
            createdAt: at(2000),
            lastUsedAt: at(2),
            removeUrl: `${list}/passkey/remove?credential=pk_1`,
            renameUrl: `${list}/passkey/rename?credential=pk_1`,
          },
          {
            id: 'pk_2',
            name: 'The very long name of a security key that hangs on my bunch of keys',
            createdAt: at(100),
            removeUrl: `${list}/passkey/remove?credential=pk_2`,
            renameUrl: `${list}/passkey/rename?credential=pk_2`,
          },
        ],
        addUrl: `${list}/passkey/add`,
      },
      {
        method: 'password',
        isUsable: true,
        credentials: [
          {
            id: 'password',
            name: 'password',
            createdAt: at(3000),
            removeUrl: `${list}/password/remove?credential=password`,
          },
        ],
        addUrl: '/account/password',
      },
      { method: 'email', isUsable: true, credentials: [] },
      {
        method: 'backup-codes',
        isUsable: true,
        credentials: [
          {
            id: 'bcs_1',
            name: 'backup-codes',
            createdAt: at(1000),
            removeUrl: `${list}/backup-codes/remove?credential=bcs_1`,
          },
        ],
        addUrl: `${list}/backup-codes/add`,
        left: 8,
      },
    ],
    secondFactors: ['passkey', 'backup-codes'],
    devices: [
      {
        id: 'dev_1',
        device: 'Firefox · Linux',
        network: '203.0.113.7',
        createdAt: at(48),
        expiresAt: at(-670),
      },
      {
        id: 'dev_2',
        device: 'Safari · iPhone',
        network: '2001:db8:1:2::/64',
        createdAt: at(500),
        expiresAt: at(-220),
      },
    ],
    forgetAction: `${list}/forget-device`,
    forgetAllAction: `${list}/forget-devices`,
    events: [
      {
        at: at(2),
        name: 'signed_in',
        app: 'Books',
        ways: ['password', 'totp'],
        browser: 'Firefox · Linux',
        network: '203.0.113.7',
      },
      { at: at(2), name: 'recovery_refused', browser: 'Chrome · Windows', network: '203.0.113.9' },
      { at: at(3), name: 'way_refused', method: 'password', network: '2001:db8:1:2::/64' },
      { at: at(100), name: 'way_added', method: 'passkey', network: '203.0.113.7' },
      { at: at(200), name: 'token_stolen' },
    ],
    signals: JSON.stringify({
      rpId: 'auth.acme.example',
      userId: 'dXNyXzE',
      allAcceptedCredentialIds: ['cGtfMQ'],
      name: ana().email,
      displayName: ana().name,
    }),
    signOutAction: '/account/sign-out',
  };
}

function rename(): Screens['account/rename'] {
  return {
    action: '/account/security/passkey/rename',
    method: 'passkey',
    credential: 'pk_1',
    name: 'iCloud Keychain · iPhone',
    errors: [],
    cancelUrl: '/account/security',
    signOutAction: '/account/sign-out',
  };
}

function lostDevice(): LostDeviceForm {
  return {
    action: '/account/lost-device',
    ways: ['passkey', 'totp', 'backup-codes'],
    chosen: ['totp'],
    asksPassword: false,
    email: 'ana@example.com',
    delaySeconds: 259_200,
    errors: [],
    cancelUrl: '/account/security',
  };
}

function waitingRemoval(): WaitingRemoval {
  return {
    ways: ['totp', 'backup-codes'],
    when: noon(),
    network: '203.0.113.7',
    dueAt: noon() + 259_200_000,
  };
}

function prove(ways: Screens['account/prove']['ways']): Screens['account/prove'] {
  return {
    ways,
    proveUrl: '/account/prove/begin?page=email',
    lostUrl: '/account/lost-device',
    cancelUrl: '/account/security',
    signOutAction: '/account/sign-out',
  };
}

function remove(): Screens['account/remove'] {
  return {
    action: '/account/security/passkey/remove',
    method: 'passkey',
    credential: 'pk_1',
    name: 'iCloud Keychain · iPhone',
    cancelUrl: '/account/security',
    signOutAction: '/account/sign-out',
  };
}

function accountDelete(): Screens['account/delete'] {
  return {
    action: '/account/delete',
    email: 'ana@example.com',
    graceDays: 14,
    errors: [],
    signOutAction: '/account/sign-out',
  };
}

function errorPage(why: Screens['error']['why']): Screens['error'] {
  return { why, referenceId: 'req_01JD3Q4ZK8' };
}

function mailbox(): Screens['mail/mailbox']['mails'] {
  const url = 'http://localhost:3000/set-password?token=Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF';
  return [
    {
      id: 'mail_2',
      to: 'ana@example.com',
      from: 'Acme <no-reply@auth.acme.example>',
      subject: 'Choose your password for Acme',
      text: `Choose your password\n\nYou have an account at Acme.\n\nChoose my password:\n${url}\n`,
      date: new Date(noon()).toISOString(),
    },
    {
      id: 'mail_1',
      to: 'ana@example.com',
      from: 'Acme <no-reply@auth.acme.example>',
      subject: 'Your Acme password has changed',
      text: 'Your password has changed\n',
      date: new Date(noon() - 60_000).toISOString(),
    },
  ];
}
