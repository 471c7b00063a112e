import type { Route, RouteContext } from '../http/routes.ts';
import type { OwnPage } from './account.ts';
import type { createApplications } from './applications.ts';
import type { createOverview } from './overview.ts';
import type { createSessions } from './sessions.ts';
import type { createSignIn } from './sign-in.ts';
import type { SignOut } from './sign-out.ts';

export type AccountRoutesDeps = {
  own(page: OwnPage): (ctx: RouteContext) => Promise<void>;
  signIn: ReturnType<typeof createSignIn>;
  signOut: SignOut;
  overview: ReturnType<typeof createOverview>;
  sessions: ReturnType<typeof createSessions>;
  applications: ReturnType<typeof createApplications>;
};

export function createAccountRoutes(deps: AccountRoutesDeps): Route[] {
  const { own, signIn, signOut, overview, sessions, applications } = deps;
  const get = (path: string, page: OwnPage): Route => ({
    method: 'GET',
    path,
    handle: own(page),
    headers: 'account',
  });
  const post = (path: string, page: OwnPage): Route => ({
    method: 'POST',
    path,
    handle: own(page),
    body: 'form',
    headers: 'account',
  });

  return [
    get('/account', overview.show),
    get('/account/sessions', sessions.show),
    post('/account/sessions/end', sessions.end),
    post('/account/sessions/end-others', sessions.endOthers),
    get('/account/applications', applications.show),
    post('/account/applications/withdraw', applications.withdraw),
    post('/account/sign-out', signOut),
    { method: 'GET', path: '/account/sign-in', handle: signIn.begin },
    { method: 'GET', path: '/account/callback', handle: signIn.callback },
  ];
}
