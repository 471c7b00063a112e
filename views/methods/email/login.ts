import { type Html, html } from '../../../src/views/html.ts';
import type { PageContext, Samples } from '../../../src/views/page.ts';
import { books } from '../../../src/views/sample-facts.ts';
import { codeField } from '../../layout/code-field.ts';
import { flow } from '../../layout/flow.ts';
import { alert, csrfField, nameInput, nameLabel } from '../../layout/form.ts';
import { mailboxNote } from '../../layout/mailbox.ts';
import {
  type MethodScreen,
  methodFields,
  otherMethods,
  refusalAlert,
  rememberBox,
  routeTo,
  switchButton,
  switchForm,
  wayBack,
} from '../../layout/methods.ts';

/** Without `handle` and `show` it asks for the address; with both the mail is on its way. */
export type Data = MethodScreen<{
  /** As it was typed, whoever has it. */
  address: string;
  validSeconds: number;
  /** The mail server does not answer now; the mail waits for it. */
  isMailAway: boolean;
  /** An address that nobody has may become an account, here in general: of this one it says nothing. */
  areNewcomersWelcome?: true;
}>;

type Sent = NonNullable<Data['show']>;

/** First where the mail shall go; once it is on its way, the code from it. The answer is the same for every address. */
export default (data: Data, page: PageContext): Html =>
  data.show && data.attemptId !== undefined ? sent(data, data.show, page) : ask(data, page);

function ask(data: Data, page: PageContext): Html {
  const address = data.person?.email ?? data.identifier ?? '';
  const isLocked = data.person !== undefined || data.isIdentifierLocked === true;
  return flow(page, {
    title: page.t('email.title'),
    isError: data.refused !== undefined,
    step: data.step,
    main: [
      refusalAlert(page, data.refused, { wrong: page.t('email.wrong'), field: 'identifier' }),
      html`<h1>${page.t('email.title')}</h1>${routeTo(data.app, page)}<p>${page.t('email.text')}${data.areNewcomersWelcome && html` ${page.t('email.text_open')}`}</p>`,
      // The box itself is on the next page, as it was ticked before this one.
      html`<form method="post" action="${data.action}">${csrfField(page)}${
        data.remember && html`<input type="hidden" name="remember" value="yes">`
      }<div class="field"><div class="row"><label for="identifier">${page.t(data.person ? 'login.identifier' : nameLabel(data.signInBy))}</label>${
        isLocked && data.switchAction !== undefined && switchButton(page)
      }</div><input id="identifier" name="identifier" type="text" value="${address}" autocomplete="username"${nameInput(data.person ? 'email' : data.signInBy)} autocapitalize="none" spellcheck="false" required${
        isLocked ? html` readonly` : data.refused === undefined && html` autofocus`
      }></div><button class="go">${page.t('email.submit')}</button></form>`,
      otherMethods(page, data.others),
      wayBack(page, data),
      isLocked && switchForm(page, data),
    ],
  });
}

function sent(data: Data, show: Sent, page: PageContext): Html {
  const isWrong = data.refused?.why === 'wrong';
  const address = html`<b><bdi>${show.address}</bdi></b>`;
  const valid = page.duration(show.validSeconds);
  return flow(page, {
    title: page.t('email.sent.title'),
    isError: data.refused !== undefined,
    step: data.step,
    main: [
      refusalAlert(page, data.refused, { wrong: page.t('email.wrong'), field: 'code' }),
      show.isMailAway &&
        alert(page.t('email.away.title'), html`<p>${page.t('email.away.text', { valid })}</p>`),
      html`<h1>${page.t('email.sent.title')}</h1><p>${page.rich(show.areNewcomersWelcome ? 'email.sent.text_open' : 'email.sent.text', { address, valid })}</p>`,
      mailboxNote(page),
      html`<form method="post" action="${data.action}">${methodFields(page, data)}${codeField(page, {
        label: page.t('email.sent.code'),
        hint: page.t('email.sent.hint'),
        isAutomatic: true,
        isFocused: data.refused === undefined && !show.isMailAway,
        errors: isWrong ? [{ field: 'code', sentence: { key: 'email.check_code' } }] : [],
      })}${rememberBox(page, data)}<button class="go">${page.t(data.person ? 'layout.continue' : 'login.submit')}</button></form>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}<input type="hidden" name="again" value="yes"><input type="hidden" name="identifier" value="${show.address}"><p class="hint">${page.t('email.sent.nothing')}</p><button class="alt">${page.t('email.sent.again')}</button></form>`,
      otherMethods(page, data.others),
      wayBack(page, data),
    ],
  });
}

export function samples(): Samples<Data> {
  const ask: Data = {
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
    attemptId: 'q1w2e3r4t5z6u7i8o9p0a1s2d3f4g5h6j7k8l9y0x1c',
    show: { address: 'ana@example.com', validSeconds: 600, isMailAway: false },
  };
  return {
    ask,
    'ask where new people may come': { ...ask, areNewcomersWelcome: true },
    'ask a known person': {
      ...ask,
      identifier: 'ana@example.com',
      isIdentifierLocked: true,
      switchAction: '/interaction/Jx3vVbS1cM0yq7/switch',
    },
    'too many mails': { ...ask, refused: { why: 'slow_down', retryAfterSeconds: 480 } },
    sent,
    'sent where new people may come': { ...sent, show: { ...sent.show, areNewcomersWelcome: true } },
    wrong: { ...sent, refused: { why: 'wrong' } },
    'mail server away': { ...sent, show: { ...sent.show, isMailAway: true } },
    'nothing left': { ...ask, refused: { why: 'expired' } },
    'no more tries': {
      ...ask,
      identifier: 'ana@example.com',
      refused: { why: 'expired', sentence: { key: 'code.over' } },
    },
  };
}
