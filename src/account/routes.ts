import type { Route, RouteContext } from '../http/routes.ts';
import type { OwnApiKeys } from './api-keys.ts';
import type { createApplications } from './applications.ts';
import type { createConnections } from './connections.ts';
import type { createCredentials } from './credentials.ts';
import type { createData } from './data.ts';
import type { createDeletion } from './deletion.ts';
import type { OwnPage } from './deps.ts';
import type { createEmailChange } from './email.ts';
import type { FreshProof } from './fresh-proof.ts';
import type { OwnLostDevice } from './lost-device.ts';
import type { createOverview } from './overview.ts';
import type { createPasswordPage } from './password.ts';
import type { createProfile } from './profile.ts';
import type { createSecurity } from './security.ts';
import type { createSessions } from './sessions.ts';
import type { createSignIn } from './sign-in.ts';
import type { SignOut } from './sign-out.ts';

type Handler = (ctx: RouteContext) => Promise<void> | void;

export type AccountRoutesDeps = {
  own(page: OwnPage): Handler;
  /** The same with what the strength rule asks for. `back`: the page that opens after it, else this one. */
  changing(page: OwnPage, back?: string): Handler;
  /** A page of the own account that opens only after any proof of the last five minutes. `back`: as above. */
  protecting(page: OwnPage, back?: string): Handler;
  freshProof: FreshProof;
  lostDevice: OwnLostDevice;
  callback: Handler;
  signIn: ReturnType<typeof createSignIn>;
  signOut: SignOut;
  overview: ReturnType<typeof createOverview>;
  profile: ReturnType<typeof createProfile>;
  email: ReturnType<typeof createEmailChange>;
  password: ReturnType<typeof createPasswordPage>;
  security: ReturnType<typeof createSecurity>;
  credentials: ReturnType<typeof createCredentials>;
  connections: ReturnType<typeof createConnections>;
  sessions: ReturnType<typeof createSessions>;
  applications: ReturnType<typeof createApplications>;
  apiKeys: OwnApiKeys;
  data: ReturnType<typeof createData>;
  deletion: ReturnType<typeof createDeletion>;
};

export function createAccountRoutes(deps: AccountRoutesDeps): Route[] {
  const {
    own,
    changing,
    protecting,
    freshProof,
    lostDevice,
    signIn,
    signOut,
    overview,
    profile,
    email,
    password,
    security,
    credentials,
    connections,
  } = deps;
  const { sessions, applications, apiKeys, data, deletion } = deps;
  const get = (path: string, handle: Handler): Route => ({ method: 'GET', path, handle, headers: 'account' });
  const post = (path: string, handle: Handler): Route => ({
    method: 'POST',
    path,
    handle,
    body: 'form',
    headers: 'account',
  });
  return [
    get('/account', own(overview.show)),
    get('/account/profile', own(profile.show)),
    post('/account/profile', own(profile.save)),
    ...(email.isOffered
      ? [
          get('/account/email', changing(email.show)),
          post('/account/email', changing(email.ask, 'email')),
          get('/account/email/confirm', own(email.showConfirm)),
          post('/account/email/confirm', own(email.confirm)),
        ]
      : []),
    // Links that were sent work also when the operator has switched the rest off.
    get('/account/email/undo', email.showUndo),
    post('/account/email/undo', email.undo),
    get('/account/email/undone', email.showUndone),
    get('/account/password', own(password.show)),
    post('/account/password', own(password.change)),
    get('/account/security', own(security.show)),
    post('/account/security/forget-device', protecting(security.forgetBrowser, 'security?notice=again')),
    post('/account/security/forget-devices', protecting(security.forgetBrowsers, 'security?notice=again')),
    get('/account/security/:method/add', own(credentials.showAdd)),
    post('/account/security/:method/add', own(credentials.add)),
    get('/account/security/:method/rename', own(credentials.showRename)),
    post('/account/security/:method/rename', own(credentials.rename)),
    get('/account/security/:method/remove', own(credentials.showRemove)),
    post('/account/security/:method/remove', own(credentials.remove)),
    // `form-action` of the other pages would hold the way to the provider up, at which the form's answer leads on.
    { ...get('/account/security/:method/connect', own(connections.show)), headers: 'flow' },
    { ...post('/account/security/:method/connect', own(connections.begin)), headers: 'flow' },
    { ...get('/account/security/:method/connected', own(connections.finish)), headers: 'flow' },
    get('/account/prove', own(freshProof.show)),
    get('/account/prove/begin', own(freshProof.goOn)),
    get('/account/lost-device', own(lostDevice.show)),
    post('/account/lost-device', own(lostDevice.ask)),
    post('/account/lost-device/keep', own(lostDevice.keep)),
    // Whoever has the mail: the account may be in other hands.
    get('/account/lost-device/cancel', lostDevice.showCancel),
    post('/account/lost-device/cancel', lostDevice.cancel),
    get('/account/lost-device/cancelled', lostDevice.showCancelled),
    get('/account/sessions', own(sessions.show)),
    post('/account/sessions/end', own(sessions.end)),
    post('/account/sessions/end-others', own(sessions.endOthers)),
    get('/account/applications', own(applications.show)),
    post('/account/applications/withdraw', own(applications.withdraw)),
    get('/account/api-keys', own(apiKeys.show)),
    get('/account/api-keys/add', changing(apiKeys.showAdd)),
    post('/account/api-keys/add', changing(apiKeys.add, 'api-keys/add')),
    get('/account/api-keys/renew', changing(apiKeys.showRenew)),
    post('/account/api-keys/renew', changing(apiKeys.renew, 'api-keys')),
    get('/account/api-keys/end', own(apiKeys.showEnd)),
    post('/account/api-keys/end', own(apiKeys.end)),
    get('/account/data', own(data.show)),
    post('/account/data/export', changing(data.download, 'data?notice=again')),
    ...(deletion.isOffered
      ? [
          get('/account/delete', changing(deletion.show)),
          post('/account/delete', changing(deletion.plan, 'delete')),
          get('/account/delete/planned', deletion.showPlanned),
        ]
      : []),
    post('/account/sign-out', own(signOut)),
    {
      method: 'GET',
      path: '/account/sign-in',
      handle: (ctx) => signIn.begin(ctx, ctx.query.local === undefined ? {} : { page: '', isLocal: true }),
    },
    { method: 'GET', path: '/account/callback', handle: deps.callback },
  ];
}
