import type { Route } from '../http/routes.ts';
import type { createSteps } from './steps.ts';
import type { createWelcome } from './welcome.ts';

export type InteractionRoutesDeps = {
  steps: ReturnType<typeof createSteps>;
  welcome: ReturnType<typeof createWelcome>;
};

export function createInteractionRoutes({ steps, welcome }: InteractionRoutesDeps): Route[] {
  const routes: Route[] = [
    { method: 'GET', path: '/', handle: welcome.show },
    // What people type first.
    ...['/login', '/signin', '/admin'].map(
      (path): Route => ({ method: 'GET', path, handle: (ctx) => welcome.signIn(ctx) }),
    ),
    { method: 'GET', path: '/userinfo', handle: welcome.userinfo },
    { method: 'GET', path: '/interaction/:uid', handle: steps.show },
    { method: 'GET', path: '/interaction/:uid/login', handle: steps.back },
    { method: 'POST', path: '/interaction/:uid/login', handle: steps.login, body: 'form' },
    { method: 'GET', path: '/interaction/:uid/required/:step', handle: steps.back },
    { method: 'POST', path: '/interaction/:uid/required/:step', handle: steps.requiredStep, body: 'form' },
    { method: 'GET', path: '/interaction/:uid/consent', handle: steps.back },
    { method: 'POST', path: '/interaction/:uid/consent', handle: steps.consent, body: 'form' },
    { method: 'GET', path: '/interaction/:uid/select-account', handle: steps.back },
    {
      method: 'POST',
      path: '/interaction/:uid/select-account',
      handle: steps.selectAccount,
      body: 'form',
    },
    { method: 'GET', path: '/interaction/:uid/switch', handle: steps.back },
    { method: 'POST', path: '/interaction/:uid/switch', handle: steps.switchPerson, body: 'form' },
    { method: 'GET', path: '/interaction/:uid/cancel', handle: steps.back },
    { method: 'POST', path: '/interaction/:uid/cancel', handle: steps.cancel, body: 'form' },
    { method: 'POST', path: '/interaction/:uid/later', handle: steps.later, body: 'form' },
    { method: 'GET', path: '/interaction/:uid/enrol/:method', handle: steps.showEnrolment },
    { method: 'POST', path: '/interaction/:uid/enrol/:method', handle: steps.finishEnrolment, body: 'form' },
    { method: 'POST', path: '/interaction/:uid/passkey/options', handle: steps.passkeyOptions, body: 'form' },
    { method: 'GET', path: '/interaction/:uid/passkey/offer', handle: steps.showPasskeyOffer },
    {
      method: 'POST',
      path: '/interaction/:uid/passkey/offer',
      handle: steps.finishPasskeyOffer,
      body: 'form',
    },
    {
      method: 'POST',
      path: '/interaction/:uid/passkey/offer/options',
      handle: steps.passkeyOfferOptions,
      body: 'form',
    },
    { method: 'GET', path: '/interaction/:uid/more-ways', handle: steps.showMoreWays },
    { method: 'POST', path: '/interaction/:uid/more-ways', handle: steps.finishMoreWays, body: 'form' },
    {
      method: 'POST',
      path: '/interaction/:uid/more-ways/options',
      handle: steps.moreWaysOptions,
      body: 'form',
    },
    { method: 'GET', path: '/interaction/:uid/more-ways/password', handle: steps.showMoreWaysPassword },
    {
      method: 'POST',
      path: '/interaction/:uid/more-ways/password',
      handle: steps.finishMoreWaysPassword,
      body: 'form',
    },
    { method: 'GET', path: '/interaction/:uid/lost-device', handle: steps.showLostDevice },
    { method: 'POST', path: '/interaction/:uid/lost-device', handle: steps.askLostDevice, body: 'form' },
    { method: 'GET', path: '/interaction/:uid/identity', handle: steps.showIdentity },
    ...Object.entries({
      code: steps.answerIdentityCode,
      mail: steps.sendIdentityCode,
      connect: steps.connectIdentity,
      create: steps.createOfIdentity,
      drop: steps.dropIdentity,
    }).flatMap(([name, handle]): Route[] => [
      { method: 'GET', path: `/interaction/:uid/identity/${name}`, handle: steps.backToIdentity },
      { method: 'POST', path: `/interaction/:uid/identity/${name}`, handle, body: 'form' },
    ]),
    { method: 'GET', path: '/interaction/:uid/:method/back', handle: steps.comeBack },
    { method: 'GET', path: '/interaction/:uid/:method', handle: steps.showMethod },
    { method: 'POST', path: '/interaction/:uid/:method', handle: steps.finishMethod, body: 'form' },
  ];
  // Two tabs that were opened at once have one secret in the end: the form of the other one is drawn anew.
  return routes.map((route) =>
    route.body === 'form' && route.path.includes('/:uid/') ? { ...route, again: steps.home } : route,
  );
}
