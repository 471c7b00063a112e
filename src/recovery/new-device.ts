import { requestInfo } from '../http/request.ts';
import { type RouteContext, seeOther } from '../http/routes.ts';
import { browserName } from '../lib/browser-name.ts';
import { defined } from '../lib/defined.ts';
import { hmac, isSame } from '../lib/secret.ts';
import { localeOf, type User } from '../users/users.ts';
import type { RecoveryDeps } from './deps.ts';
import { newDeviceEnded } from './events.ts';

export type NewDeviceDeps = Pick<
  RecoveryDeps,
  'config' | 'clock' | 'pages' | 'users' | 'access' | 'audit' | 'mail' | 'keys' | 'knownBrowsers'
> & { recoveryUrl: string | undefined; showLinkUsed(ctx: RouteContext): void };

/** A sign-in that has just been completed. `knownBrowserHash`: as the browser will be remembered. */
type Completed = { person: User; knownBrowserHash: string; signedInAt: number };

/** One sign-in, as the link in its mail names it. */
type SignedIn = { userId: string; knownBrowserHash: string; signedInAt: number };

/**
 * The mail about a sign-in from a new device, and its link, which ends what that device is signed in to. The link is a
 * signed sentence, not a row: it opens nothing, and ending twice is ending once.
 */
export function createNewDevice(deps: NewDeviceDeps) {
  const { config, clock, pages, users, access, audit, mail, keys, knownBrowsers } = deps;
  const { recoveryUrl, showLinkUsed } = deps;

  return {
    /** Call it when a sign-in is complete, before the device is remembered. */
    async announce(ctx: RouteContext, { person, knownBrowserHash, signedInAt }: Completed): Promise<void> {
      if (!mail.isAvailable) return;
      const found = await knownBrowsers.look(person.id, knownBrowserHash);
      if (found === 'known' || (found === 'none' && isNewHere(person))) return;
      const { network, userAgent, locale } = requestInfo(ctx);
      const token = await sign({ userId: person.id, knownBrowserHash, signedInAt });
      await mail.send({
        to: person.email,
        template: 'new-device',
        data: {
          when: clock.now(),
          network,
          device: browserName(userAgent),
          url: `${config.issuer}/new-device?${new URLSearchParams({ token })}`,
        },
        locale: localeOf(person, locale),
      });
    },

    /** Ends nothing: mail scanners open links. */
    async show(ctx: RouteContext): Promise<void> {
      const token = String(ctx.query.token ?? '');
      const signedIn = await read(token);
      if (!signedIn) return showLinkUsed(ctx);
      pages.show(ctx, 'interaction/new-device', {
        action: `${config.base}/new-device`,
        token,
        when: signedIn.signedInAt,
      });
    },

    async end(ctx: RouteContext): Promise<void> {
      const signedIn = await read(ctx.state.form.token ?? '');
      if (!signedIn) return showLinkUsed(ctx);
      const { userId, knownBrowserHash } = signedIn;
      // Whatever the device is signed in to: it may have signed out and in again since, and keeps no app for later.
      const { sessions, grants } = await access.end(userId, 'browser_denied', { knownBrowserHash });
      await audit.record(newDeviceEnded, {
        outcome: 'success',
        actor: { type: 'person', id: userId },
        userId,
        detail: { sessions, grants },
        request: requestInfo(ctx),
      });
      seeOther(ctx, `${config.base}/new-device/ended`);
    },

    showEnded(ctx: RouteContext): void {
      pages.show(ctx, 'interaction/new-device-ended', defined({ recoveryUrl }));
    },
  };

  /** Whether the account is so new that its person needs no mail about a first sign-in. */
  function isNewHere({ createdAt }: User): boolean {
    return createdAt > clock.now() - NEW_ACCOUNT_MS;
  }

  async function sign({ userId, knownBrowserHash, signedInAt }: SignedIn): Promise<string> {
    const { id, key } = await keys.serverKeys.current('codes');
    const mac = hmac(key, PURPOSE, userId, knownBrowserHash, String(signedInAt));
    return [userId, knownBrowserHash, signedInAt, id, mac].join('.');
  }

  async function read(token: string): Promise<SignedIn | undefined> {
    const parts = token.split('.');
    const [knownBrowserHash = '', at = '', keyId = '', mac = ''] = parts.slice(-4);
    // An id that was chosen may have dots of its own.
    const userId = parts.slice(0, -4).join('.');
    if (token.length > MAXIMUM_LENGTH || !/^\d{1,15}$/.test(at)) return undefined;
    const key = await keys.serverKeys.find('codes', keyId);
    if (!key || !isSame(mac, hmac(key, PURPOSE, userId, knownBrowserHash, at))) return undefined;
    const signedInAt = Number(at);
    if (signedInAt + TTL_MS <= clock.now()) return undefined;
    return (await users.find(userId)) ? { userId, knownBrowserHash, signedInAt } : undefined;
  }
}

const PURPOSE = 'interaction.new_device';
/** As long as a session can last (oidc/lifetimes.ts): later there is nothing to end. */
const TTL_MS = 30 * 86_400_000;
const NEW_ACCOUNT_MS = 3_600_000;
const MAXIMUM_LENGTH = 512;
