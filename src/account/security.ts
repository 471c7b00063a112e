import { deviceName } from '../lib/device-name.ts';
import type { Screens, Sentence } from '../views/screens.ts';
import type { AccountDeps, OwnPage, OwnPerson } from './account.ts';
import type { OwnLostDevice } from './lost-device.ts';
import { recordOwn } from './own-audit.ts';
import type { PasskeySignals } from './passkey-signals.ts';

type SecurityDeps = Pick<
  AccountDeps,
  'config' | 'pages' | 'audit' | 'methods' | 'rememberedDevices' | 'access'
> & {
  passkeySignals: PasskeySignals;
  lostFacts: OwnLostDevice['facts'];
};
type Security = Screens['account/security'];

/** `/account/security`: the ways to sign in, the second factor, devices that it is not asked on, and what happened. */
export function createSecurity(deps: SecurityDeps): {
  show: OwnPage;
  forgetDevice: OwnPage;
  forgetDevices: OwnPage;
} {
  const { config, pages, audit, methods, passkeySignals, rememberedDevices, lostFacts, access } = deps;
  const here = `${config.base}/account/security`;

  return {
    async show(ctx, { person }) {
      const [ways, signals, devices, lost, events] = await Promise.all([
        listWays(person),
        passkeySignals.ofEverybody(person),
        rememberedDevices.list(person.id),
        lostFacts(person),
        audit.list({ userId: person.id, limit: EVENTS_READ }),
      ]);
      const notice = NOTICES[String(ctx.query.notice)];
      pages.show(ctx, 'account/security', {
        ways,
        secondFactors: methods
          .list()
          .filter(({ id, isSecondFactor }) => isSecondFactor && isEnrolledIn(ways, id))
          .map(({ id }) => id),
        devices: devices.map(({ id, userAgent, network, createdAt, expiresAt, lastUsedAt }) => ({
          id,
          device: deviceName(userAgent),
          network,
          createdAt,
          expiresAt,
          ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
        })),
        forgetAction: `${here}/forget-device`,
        forgetAllAction: `${here}/forget-devices`,
        ...lost,
        events: events.flatMap(toShown).slice(0, EVENTS_SHOWN),
        signOutAction: `${config.base}/account/sign-out`,
        ...signals,
        ...(notice ? { notice } : {}),
      });
    },

    /** The second factor is asked there again. Another person's id does nothing. */
    async forgetDevice(ctx, signedIn) {
      const { person } = signedIn;
      const id = ctx.state.form.device ?? '';
      const own = await rememberedDevices.list(person.id);
      if (own.some((device) => device.id === id)) {
        await access.end(person.id, 'browser_forgotten', { browserId: id });
        await recordOwn(audit, ctx, signedIn, 'account.device_forgotten');
      }
      ctx.redirect(`${here}?notice=device_forgotten`);
      ctx.status = 303;
    },

    async forgetDevices(ctx, signedIn) {
      await access.end(signedIn.person.id, 'browsers_forgotten');
      await recordOwn(audit, ctx, signedIn, 'account.devices_forgotten');
      ctx.redirect(`${here}?notice=devices_forgotten`);
      ctx.status = 303;
    },
  };

  /** Every method that can be added, and those that are there without (a mailed link needs nothing but the address). */
  async function listWays({ id: userId }: OwnPerson): Promise<Security['ways']> {
    const enrolled = await methods.listEnrolled(userId);
    const strongestFirst = [...methods.list()].sort((one, other) => other.strength - one.strength);
    const ways = await Promise.all(
      strongestFirst.map(async ({ id, enrolment, countLeft, isEnrolled }) => {
        const own = enrolled.filter(({ method }) => method === id);
        const isUsable = own.length > 0 || (await isEnrolled(userId));
        if (!enrolment && !isUsable) return [];
        const left = isUsable ? await countLeft?.(userId) : undefined;
        return [
          {
            method: id,
            isUsable,
            credentials: own.map(({ id: credentialId, name, createdAt, lastUsedAt, isSynced }) => ({
              id: credentialId,
              name,
              createdAt,
              ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
              ...(isSynced === undefined ? {} : { isSynced }),
              ...addressesOf(id, credentialId),
            })),
            ...(enrolment
              ? { addUrl: id === 'password' ? `${config.base}/account/password` : `${here}/${id}/add` }
              : {}),
            ...(left === undefined ? {} : { left }),
          },
        ];
      }),
    );
    return ways.flat();
  }

  function addressesOf(method: string, credential: string) {
    const query = new URLSearchParams({ credential });
    const canRename = methods.find(method)?.enrolment?.canRename === true;
    return {
      removeUrl: `${here}/${method}/remove?${query}`,
      ...(canRename ? { renameUrl: `${here}/${method}/rename?${query}` } : {}),
    };
  }
}

const EVENTS_READ = 100;
const EVENTS_SHOWN = 12;

/** Events that tell a person something; the sentence is `event.<name>`. */
const OF_EVENTS: Readonly<Record<string, string>> = {
  'interaction.signed_in': 'signed_in',
  'interaction.password_set': 'password_changed',
  'interaction.recovered': 'recovered',
  'account.password_changed': 'password_changed',
  'account.email_change_asked': 'email_change_asked',
  'account.email_changed': 'email_changed',
  'account.email_change_undone': 'email_change_undone',
  'account.session_ended': 'session_ended',
  'account.other_sessions_ended': 'other_sessions_ended',
  'account.consent_withdrawn': 'consent_withdrawn',
  'account.data_exported': 'data_exported',
  'account.deletion_planned': 'deletion_planned',
  'account.deletion_cancelled': 'deletion_cancelled',
  'account.device_forgotten': 'device_forgotten',
  'account.devices_forgotten': 'device_forgotten',
  'users.second_factors_removed': 'second_factors_removed',
  'access.removal_asked': 'removal_asked',
  'access.removal_cancelled': 'removal_cancelled',
  'access.removal_done': 'second_factors_removed',
  'oidc.refresh_token_stolen': 'token_stolen',
  'oidc.code_stolen': 'token_stolen',
};
/** Events that each method has: `totp.enrolled`. */
const OF_METHODS: Readonly<Record<string, string>> = {
  enrolled: 'way_added',
  removed: 'way_removed',
  refused: 'way_refused',
};

function toShown({
  at,
  event,
  network,
}: {
  at: number;
  event: string;
  network?: string;
}): Security['events'][number][] {
  const known = OF_EVENTS[event];
  const [method = '', what = ''] = event.split('.');
  const ofMethod = OF_METHODS[what];
  const name = known ?? ofMethod;
  if (name === undefined) return [];
  return [
    { at, name, ...(known === undefined ? { method } : {}), ...(network === undefined ? {} : { network }) },
  ];
}

function isEnrolledIn(ways: Security['ways'], id: string): boolean {
  return ways.some(({ method, isUsable }) => method === id && isUsable);
}

const NOTICES: Record<string, Sentence | undefined> = {
  password_changed: { key: 'security.password_changed' },
  added: { key: 'security.added' },
  removed: { key: 'security.removed' },
  renamed: { key: 'security.renamed' },
  device_forgotten: { key: 'security.device_forgotten' },
  devices_forgotten: { key: 'security.devices_forgotten' },
  again: { key: 'account.again' },
};
