import type { Frame, MailName, Mails, ScreenName, Screens } from './screens.ts';

/** Every screen in every state. The dev pages show them, and the tests look at each of them. */
export const samples: { readonly [Screen in ScreenName]: Readonly<Record<string, Screens[Screen]>> } = {
  'interaction/login': loginSamples(),
  'interaction/consent': consentSamples(),
  'interaction/enrol': enrolSamples(),
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
    accountUrl: 'https://auth.acme.example/account',
  },
  'second-factor-failed': {
    appName: 'Books',
    when: noon(),
    network: '203.0.113.7',
    device: 'Firefox on Linux',
    accountUrl: 'https://auth.acme.example/account',
  },
  'password-changed': {
    when: noon(),
    network: '2001:db8:1:2::/64',
    accountUrl: 'https://auth.acme.example/account',
  },
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
    cancelUrl: '/interaction/Jx3vVbS1cM0yq7/cancel',
  };
  const action = '/interaction/Jx3vVbS1cM0yq7/later';
  return {
    now: plain,
    'may wait': { ...plain, later: { action, left: 2 } },
    'last time': { ...plain, later: { action, left: 1 } },
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
    cancelUrl: '/interaction/Jx3vVbS1cM0yq7/cancel',
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
      switchUrl: '/interaction/Jx3vVbS1cM0yq7/switch',
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
    switchUrl: '/interaction/Jx3vVbS1cM0yq7/switch',
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
