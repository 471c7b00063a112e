import { z } from 'zod';
import type { AuditEvent } from '../audit/audit.ts';
import { findEvent } from '../audit/audit.ts';
import { seeOther } from '../http/routes.ts';
import { browserName } from '../lib/browser-name.ts';
import { defined } from '../lib/defined.ts';
import type { User } from '../users/users.ts';
import type { Screens, Sentence } from '../views/views.ts';
import type { AccountDeps, OwnPage } from './deps.ts';
import { browserForgotten, browsersForgotten } from './events.ts';
import type { OwnLostDevice } from './lost-device.ts';
import { recordOwn } from './own-audit.ts';
import type { PasskeySignals } from './passkey-signals.ts';

type SecurityDeps = Pick<
  AccountDeps,
  'config' | 'pages' | 'audit' | 'methods' | 'clients' | 'rememberedBrowsers' | 'access'
> & {
  passkeySignals: PasskeySignals;
  lostFacts: OwnLostDevice['facts'];
};
type Security = Screens['account/security'];
type ShownEvent = Security['events'][number];

/** `/account/security`: the ways to sign in, the second factor, devices that it is not asked on, and what happened. */
export function createSecurity(deps: SecurityDeps): {
  show: OwnPage;
  forgetBrowser: OwnPage;
  forgetBrowsers: OwnPage;
} {
  const { config, pages, audit, methods, clients, passkeySignals, rememberedBrowsers, lostFacts, access } =
    deps;
  const here = `${config.base}/account/security`;

  return {
    async show(ctx, { person }) {
      const [own, signals, browsers, lost, events] = await Promise.all([
        listMethods(person),
        passkeySignals.ofEverybody(person),
        rememberedBrowsers.list(person.id),
        lostFacts(person),
        audit.list({ userId: person.id, limit: EVENTS_READ }),
      ]);
      const notice = NOTICES[String(ctx.query.notice)];
      pages.show(ctx, 'account/security', {
        methods: own,
        secondFactors: methods
          .list()
          .filter(({ id, isSecondFactor }) => isSecondFactor && isEnrolledIn(own, id))
          .map(({ id }) => id),
        browsers: browsers.map(({ id, userAgent, network, createdAt, expiresAt, lastUsedAt }) => ({
          id,
          browser: browserName(userAgent),
          network,
          createdAt,
          expiresAt,
          ...defined({ lastUsedAt }),
        })),
        forgetAction: `${here}/forget-device`,
        forgetAllAction: `${here}/forget-devices`,
        ...lost,
        events: await Promise.all(events.filter(isShown).slice(0, EVENTS_SHOWN).map(toShown)),
        signOutAction: `${config.base}/account/sign-out`,
        ...signals,
        ...defined({ notice }),
      });
    },

    /** The second factor is asked there again. Another person's id does nothing. */
    async forgetBrowser(ctx, signedIn) {
      const { person } = signedIn;
      const id = ctx.state.form.device ?? '';
      const own = await rememberedBrowsers.list(person.id);
      if (own.some((browser) => browser.id === id)) {
        await access.end(person.id, 'browser_forgotten', { browserId: id });
        await recordOwn(audit, ctx, signedIn, browserForgotten);
      }
      seeOther(ctx, `${here}?notice=device_forgotten`);
    },

    async forgetBrowsers(ctx, signedIn) {
      await access.end(signedIn.person.id, 'browsers_forgotten');
      await recordOwn(audit, ctx, signedIn, browsersForgotten);
      seeOther(ctx, `${here}?notice=devices_forgotten`);
    },
  };

  /** Every method that can be added, and those that are there without (a mailed link needs nothing but the address). */
  async function listMethods({ id: userId }: User): Promise<Security['methods']> {
    const enrolled = await methods.listEnrolled(userId);
    const strongestFirst = [...methods.list()].sort((one, other) => other.strength - one.strength);
    const listed = await Promise.all(
      strongestFirst.map(async ({ id, enrolment, countLeft, isEnrolled, choices }) => {
        const own = enrolled.filter(({ method }) => method === id);
        const rows = enrolment && (await choices?.());
        if (rows && rows.length + own.length === 0) return [];
        const isUsable = own.length > 0 || (await isEnrolled(userId));
        if (!enrolment && !isUsable) return [];
        const left = isUsable ? await countLeft?.(userId) : undefined;
        return [
          {
            method: id,
            isUsable,
            credentials: own.map(
              ({ id: credentialId, name, createdAt, lastUsedAt, isSynced, isSecondOnly, ...of }) => ({
                id: credentialId,
                name,
                createdAt,
                ...defined({ lastUsedAt, isSynced, isSecondOnly }),
                ...defined({ way: of.way, isClosed: of.isClosed }),
                ...(of.icon === undefined ? {} : { icon: `${id}.${of.icon}` }),
                ...addressesOf(id, credentialId),
              }),
            ),
            ...(rows
              ? {
                  connectable: rows.map(({ id: choice, name, icon }) => ({
                    name,
                    icon: `${id}.${icon}`,
                    url: `${here}/${id}/connect?${new URLSearchParams({ choice })}`,
                  })),
                }
              : enrolment
                ? enrolment.page === undefined
                  ? { addUrl: `${here}/${id}/add` }
                  : { addUrl: `${config.base}/account/${enrolment.page}`, isChanged: true }
                : {}),
            ...defined({ left }),
          },
        ];
      }),
    );
    return listed.flat();
  }

  /** With the app, the methods and the browser, as far as the event knows them. */
  async function toShown({ at, event, network, browser, clientId, detail }: AuditEvent): Promise<ShownEvent> {
    const { shownToPerson = '', method } = findEvent(event) ?? {};
    const client = clientId === undefined ? undefined : await clients.find(clientId);
    const used = z.array(z.string()).safeParse(detail.methods).data ?? [];
    const known = used.filter((id) => methods.find(id) !== undefined);
    return {
      at,
      name: shownToPerson,
      ...defined({ method, app: client?.name }),
      ...(known.length === 0 ? {} : { methodIds: known }),
      ...defined({ browser, network }),
    };
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

/** The catalogue says what a person is told (`shownToPerson`). */
function isShown({ event }: AuditEvent): boolean {
  return findEvent(event)?.shownToPerson !== undefined;
}

const EVENTS_READ = 100;
const EVENTS_SHOWN = 12;

function isEnrolledIn(own: Security['methods'], id: string): boolean {
  return own.some(({ method, isUsable }) => method === id && isUsable);
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
