import { type Html, html } from '../../src/views/html.ts';
import type { App, PageContext, Samples, Sentence } from '../../src/views/page.ts';
import { books, brandedBooks } from '../../src/views/sample-facts.ts';
import { appLogo } from '../layout/document.ts';
import { flow, type Step } from '../layout/flow.ts';
import { alert, notice, type SignInBy } from '../layout/form.ts';
import {
  type MethodOption,
  otherMethods,
  routeTo,
  type StepRefusal,
  switchForm,
  wayBack,
} from '../layout/methods.ts';
import { PASSWORD_FORM, passwordForm } from '../methods/password/login.ts';

export type Data = {
  step: Step;
  action: string;
  app: App;
  identifier: string;
  /** What people type to sign in. Absent: the e-mail address. */
  signInBy?: SignInBy;
  /** Shown when the person is known already (`prompt=login`, `max_age`): the identifier is locked. */
  isIdentifierLocked: boolean;
  switchAction?: string;
  remember: boolean;
  /** What this sign-in is good for beside the app. */
  note?: Sentence;
  /** One text for every refusal; `slow_down` tells how long. */
  refused?: StepRefusal;
  /** Where the person signs in, when this page is for others. */
  usualUrl?: string;
  /** Ways beside the password: the one last used here first, then the strongest. */
  others: readonly MethodOption[];
  /** Absent: yes. `false` when this app takes other ways only. */
  hasPassword?: boolean;
  /** Absent where there is nowhere to go back to. */
  cancelAction?: string;
  recoveryUrl?: string;
  registrationUrl?: string;
};

export default (data: Data, page: PageContext): Html => {
  const hasPassword = data.hasPassword !== false;
  const hasPasskey = hasPassword && data.others.some(({ row }) => row === 'browser');
  return flow(page, {
    title: page.t('login.title'),
    isError: data.refused !== undefined,
    step: data.step,
    script: hasPasskey ? page.assets.passkeyScript : undefined,
    main: [
      data.refused && refusal(data, page),
      appLogo(page, data.app.logo),
      html`<h1>${page.t('login.title')}</h1>${routeTo(data.app, page)}`,
      data.note && notice(page.say(data.note)),
      hasPassword && passwordForm(data, page),
      otherMethods(page, data.others, undefined, hasPassword ? PASSWORD_FORM : undefined),
      html`<div class="sides">${
        data.registrationUrl !== undefined &&
        html`<a class="link" href="${data.registrationUrl}">${page.t('login.register')}</a>`
      }${wayBack(page, data)}</div>`,
      switchForm(page, data),
    ],
  });
};

const WRONG = {
  email: 'login.refused.wrong',
  username: 'login.refused.wrong_name',
  both: 'login.refused.wrong_name',
} as const;

/** One text for a wrong password, an unknown and a disabled person. */
function refusal({ refused, others, usualUrl, signInBy = 'email' }: Data, page: PageContext): Html {
  const hasOthers = others.length > 0;
  const title = page.t('login.refused.title');
  if (refused?.why === 'slow_down') {
    const wait = page.duration(refused.retryAfterSeconds);
    const key = hasOthers ? 'login.refused.slow_down_or_other' : 'login.refused.slow_down';
    return alert(title, html`<p>${page.t(key, { wait })}</p>`);
  }
  if (refused && 'sentence' in refused && refused.sentence)
    return alert(
      title,
      html`<p>${page.say(refused.sentence)}</p>${
        usualUrl !== undefined && html`<p><a href="${usualUrl}">${page.t('login.local_only.go')}</a></p>`
      }`,
    );
  // An answer that was none of this form's.
  if (refused?.why === 'expired') return alert(title, html`<p>${page.t('login.refused.expired')}</p>`);
  if (refused?.why === 'busy') return alert(title, html`<p>${page.t('login.refused.busy')}</p>`);
  const next = page.t(hasOthers ? 'login.refused.check_or_other' : 'login.refused.check');
  return alert(title, html`<p><a href="#password">${page.t(WRONG[signInBy])}</a> ${next}</p>`);
}

export function samples(): Samples<Data> {
  const plain: Data = {
    step: { done: 1, total: 2 },
    action: '/interaction/Jx3vVbS1cM0yq7/login',
    app: books(),
    identifier: '',
    isIdentifierLocked: false,
    remember: false,
    others: [],
    cancelAction: '/interaction/Jx3vVbS1cM0yq7/cancel',
  };
  const others: Data['others'] = [
    { method: 'passkey', href: '/interaction/Jx3vVbS1cM0yq7/passkey', isLastUsed: true, row: 'browser' },
    { method: 'email', href: '/interaction/Jx3vVbS1cM0yq7/email', isLastUsed: false, row: 'name' },
  ];
  const again = { ...plain, identifier: 'ana@example.com', remember: true };
  return {
    plain,
    'other ways': { ...plain, others },
    everything: {
      ...plain,
      others,
      recoveryUrl: '/recovery?interaction=Jx3vVbS1cM0yq7',
      registrationUrl: '/registration?interaction=Jx3vVbS1cM0yq7',
    },
    'no password': { ...plain, others, hasPassword: false },
    'to connect another provider': {
      ...again,
      others: [
        ...others,
        {
          method: 'upstream',
          name: 'Google',
          icon: 'upstream.google',
          href: '/interaction/Jx3vVbS1cM0yq7/upstream?choice=google',
          row: 'away',
          isLastUsed: false,
        },
        {
          method: 'upstream',
          name: 'GitHub',
          icon: 'upstream.github',
          href: '/interaction/Jx3vVbS1cM0yq7/upstream?choice=github',
          row: 'away',
          isLastUsed: false,
        },
      ],
      note: { key: 'identity.note', values: { email: 'ana@example.com', provider: 'Google' } },
    },
    'back without a proof': {
      ...plain,
      others,
      refused: {
        why: 'wrong',
        sentence: { key: 'upstream.failed.cancelled', values: { provider: 'Google' } },
      },
    },
    'known person': {
      ...again,
      isIdentifierLocked: true,
      switchAction: '/interaction/Jx3vVbS1cM0yq7/switch',
    },
    'no administrator': withoutCancel({
      ...plain,
      app: { name: 'Acme', host: 'auth.acme.example', isOwn: true },
      refused: { why: 'wrong', sentence: { key: 'login.local_only' } },
      usualUrl: '/account/sign-in',
    }),
    wrong: { ...again, refused: { why: 'wrong' } },
    'wrong, other ways': { ...again, others, refused: { why: 'wrong' } },
    'slow down': { ...again, refused: { why: 'slow_down', retryAfterSeconds: 30 } },
    'slow down, other ways': { ...again, others, refused: { why: 'slow_down', retryAfterSeconds: 600 } },
    'by username': { ...plain, others, signInBy: 'username' },
    'by username or e-mail, wrong': { ...again, others, signInBy: 'both', refused: { why: 'wrong' } },
    busy: { ...again, refused: { why: 'busy' } },
    'an app with logo and colour': { ...plain, others, app: brandedBooks() },
    'own account': withoutCancel({
      ...plain,
      others,
      app: { name: 'Acme', host: 'auth.acme.example', isOwn: true },
    }),
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

function withoutCancel({ cancelAction: _cancelAction, ...data }: Data): Data {
  return data;
}
