import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { books } from '../../src/views/sample-facts.ts';
import { flow } from '../layout/flow.ts';
import {
  type MethodScreen,
  otherMethods,
  refusalAlert,
  signingInAs,
  switchForm,
  wayBack,
} from '../layout/methods.ts';

/** Back without a proof from where a way to sign in had led. */
export type Data = MethodScreen<Record<string, unknown>>;

/** A way that leads away from here begins with a link: only who comes back without a proof sees a page of it. */
export default (data: Data, page: PageContext): Html =>
  flow(page, {
    title: page.t('login.title'),
    isError: data.refused !== undefined,
    step: data.step,
    main: [
      refusalAlert(page, data.refused, { wrong: page.t('away.wrong'), field: 'again' }),
      html`<h1>${page.t('login.title')}</h1>${signingInAs(page, data)}`,
      html`<a class="btn go" id="again" href="${data.action}">${page.t('away.again')}</a>`,
      otherMethods(page, data.others),
      wayBack(page, data),
      switchForm(page, data),
    ],
  });

export function samples(): Samples<Data> {
  const wrong: Data = {
    step: { done: 1, total: 2 },
    action: '/interaction/Jx3vVbS1cM0yq7/workplace',
    app: books(),
    refused: { why: 'wrong' },
    others: [{ method: 'password', href: '/interaction/Jx3vVbS1cM0yq7', isLastUsed: false }],
    cancelAction: '/interaction/Jx3vVbS1cM0yq7/cancel',
  };
  return {
    wrong,
    'slowed down': { ...wrong, refused: { why: 'slow_down', retryAfterSeconds: 60 }, others: [] },
  };
}
