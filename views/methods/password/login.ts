import { type Html, html } from '../../../src/views/html.ts';
import type { PageContext, Samples } from '../../../src/views/page.ts';
import { ana, books } from '../../../src/views/sample-facts.ts';
import { flow } from '../../layout/flow.ts';
import { csrfField, nameInput, nameLabel, revealButton, type SignInBy } from '../../layout/form.ts';
import {
  type MethodOption,
  type MethodScreen,
  methodFields,
  otherMethods,
  refusalAlert,
  rememberBrowserBox,
  type StepRefusal,
  signingInAs,
  switchButton,
  switchForm,
  wayBack,
} from '../../layout/methods.ts';

/** The password as a further step, after something that the person has. The first step is `interaction/login`. */
export type Data = MethodScreen;

/** The id of the form below. A passkey on the same page answers with it. */
export const PASSWORD_FORM = 'login';

/** What the form takes of the first step. */
type FirstStep = {
  action: string;
  identifier: string;
  signInBy?: SignInBy;
  isIdentifierLocked: boolean;
  switchAction?: string;
  others: readonly MethodOption[];
  recoveryUrl?: string;
  remember: boolean;
  refused?: StepRefusal;
};

/** Identifier and password on one page, one Tab between them, so that password managers fill both. */
export function passwordForm(data: FirstStep, page: PageContext): Html {
  const isWrong = data.refused?.why === 'wrong' && !data.refused.sentence;
  // After a refusal the stamp has the focus.
  const first = data.refused ? undefined : data.identifier === '' ? 'identifier' : 'password';
  return html`<form id="${PASSWORD_FORM}" method="post" action="${data.action}">${csrfField(page)}<div class="field"><div class="row"><label for="identifier">${page.t(nameLabel(data.signInBy))}</label>${
    data.isIdentifierLocked && data.switchAction !== undefined && switchButton(page)
  }</div><input id="identifier" name="identifier" type="text" value="${data.identifier}" autocomplete="username${data.others.some(({ row }) => row === 'browser') && ' webauthn'}"${nameInput(data.signInBy)} autocapitalize="none" spellcheck="false" required${
    data.isIdentifierLocked && html` readonly`
  }${first === 'identifier' && html` autofocus`}></div><div class="field"><label for="password">${page.t('password.label')}</label>${
    isWrong && html`<p class="error" id="password-error">${page.t('login.check_password')}</p>`
  }<div class="with"><input id="password" name="password" type="password" autocomplete="current-password" autocapitalize="none" spellcheck="false" required${
    isWrong && html` aria-invalid="true" aria-describedby="password-error"`
  }${first === 'password' && html` autofocus`}>${revealButton(page, 'password')}</div></div><div class="sides"><label class="check"><input type="checkbox" name="remember" value="yes"${
    data.remember && html` checked`
  }><span>${page.t('login.remember')}</span></label>${
    // Below the field: one Tab leads from the identifier to the password.
    data.recoveryUrl !== undefined &&
    html`<a class="link" href="${data.recoveryUrl}">${page.t('login.forgot')}</a>`
  }</div><button class="go">${page.t('login.submit')}</button></form>`;
}

/** The password as a further step. Fields: `password`, `remember_device`. */
export default (data: Data, page: PageContext): Html => {
  const isWrong = data.refused?.why === 'wrong' && !data.refused.sentence;
  return flow(page, {
    title: page.t('totp.title'),
    isError: data.refused !== undefined,
    step: data.step,
    main: [
      refusalAlert(page, data.refused, { wrong: page.t('login.check_password'), field: 'password' }),
      html`<h1>${page.t('totp.title')}</h1>${signingInAs(page, data)}`,
      html`<form method="post" action="${data.action}">${methodFields(page, data)}<input type="text" name="username" value="${data.person?.email}" autocomplete="username" hidden readonly><div class="field"><label for="password">${page.t('password.label')}</label>${
        isWrong && html`<p class="error" id="password-error">${page.t('login.check_password')}</p>`
      }<div class="with"><input id="password" name="password" type="password" autocomplete="current-password" autocapitalize="none" spellcheck="false" required${
        isWrong && html` aria-invalid="true" aria-describedby="password-error"`
      }${data.refused === undefined && html` autofocus`}>${revealButton(page, 'password')}</div></div>${rememberBrowserBox(page, data)}<button class="go">${page.t('layout.continue')}</button></form>`,
      otherMethods(page, data.others, page.t('totp.others')),
      wayBack(page, data),
      switchForm(page, data),
    ],
  });
};

export function samples(): Samples<Data> {
  const step: Data = {
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
