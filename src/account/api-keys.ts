import type { ApiKey } from '../api-keys/api-keys.ts';
import { notFound } from '../http/errors.ts';
import { requestInfo } from '../http/request.ts';
import { type RouteContext, seeOther } from '../http/routes.ts';
import { byPerson } from '../lib/actor.ts';
import { defined } from '../lib/defined.ts';
import { GatehouseError } from '../lib/errors.ts';
import type { ResourceServer } from '../resource-servers/resource-servers.ts';
import type { User } from '../users/users.ts';
import type { FieldError, Screens } from '../views/views.ts';
import type { AccountDeps, OwnPage, SignedIn } from './deps.ts';

type OwnApiKeysDeps = Pick<
  AccountDeps,
  'config' | 'clock' | 'pages' | 'apiKeys' | 'resourceServers' | 'oneTime'
>;
export type OwnApiKeys = ReturnType<typeof createOwnApiKeys>;

/** An API for which a person may make keys, and what these may do. */
type Offer = { api: ResourceServer; scopes: readonly string[] };
type Row = Screens['account/api-keys']['keys'][number];
type AddForm = NonNullable<Screens['account/api-key-add']['form']>;
type Entered = Pick<AddForm, 'name' | 'expiryDays' | 'networks'> & { chosen: readonly string[] };
type Shown = { entered?: Entered; errors?: readonly FieldError[]; most?: number; status?: number };

const DAY_MS = 86_400_000;
const SHOWN_DAYS = 30;
/** Of a key that people make by themselves nobody else takes care, so each of them ends. */
const EXPIRY_DAYS = [7, 30, 90, 365];
const USUAL_EXPIRY_DAYS = 90;
const OVERLAP_HOURS = [0, 1, 24, 168];
const NOTICES: Readonly<Record<string, string>> = {
  ended: 'api_keys.has_ended',
  twice: 'api_keys.sent_twice',
};

/** `/account/api-keys`: the keys with which programs call APIs in the person's name. */
export function createOwnApiKeys(deps: OwnApiKeysDeps) {
  const { config, clock, pages, apiKeys, resourceServers, oneTime } = deps;
  const here = `${config.base}/account/api-keys`;
  const shared = { cancelUrl: here, signOutAction: `${config.base}/account/sign-out` };

  return {
    show: (async (ctx, { person }) => {
      const [keys, offers] = await Promise.all([apiKeys.listOf({ userId: person.id }), offersTo(person)]);
      const key = NOTICES[String(ctx.query.notice)];
      const rows = await Promise.all(keys.map((each) => describe(each, offers)));
      pages.show(ctx, 'account/api-keys', {
        keys: [...rows.filter(({ ended }) => !ended), ...rows.filter(({ ended }) => ended)],
        ...(offers.length > 0 ? { addUrl: `${here}/add` } : {}),
        signOutAction: shared.signOutAction,
        ...(key === undefined ? {} : { notice: { key } }),
      });
    }) satisfies OwnPage,

    showAdd: (async (ctx, signedIn) => {
      const offers = await offersTo(signedIn.person);
      const asked = String(ctx.query.api ?? '');
      const offer = offers.length === 1 ? offers[0] : offers.find(({ api }) => api.id === asked);
      if (offers.length === 0) return seeOther(ctx, here);
      if (offer) return showForm(ctx, signedIn, offer);
      pages.show(ctx, 'account/api-key-add', {
        action: `${here}/add`,
        choices: offers.map(({ api }) => ({
          name: nameOf(api),
          url: `${here}/add?${new URLSearchParams({ api: api.id })}`,
        })),
        errors: [],
        ...shared,
      });
    }) satisfies OwnPage,

    /** The key is in this answer and nowhere else; the same form, sent again, makes no second one. */
    add: (async (ctx, signedIn) => {
      const { person } = signedIn;
      const { api: apiId = '', attempt = '' } = ctx.state.form;
      const offer = (await offersTo(person)).find(({ api }) => api.id === apiId);
      if (!offer) return seeOther(ctx, here);
      const entered = readForm(ctx, offer);
      if (!(await oneTime.consume(memoryOf(ctx, signedIn), attempt)))
        return seeOther(ctx, `${here}?notice=twice`);
      const input = {
        resource: offer.api.id,
        name: entered.name,
        scopes: entered.chosen,
        networks: networksIn(entered.networks),
        expiresAt: clock.now() + entered.expiryDays * DAY_MS,
      };
      try {
        const owner = { userId: person.id };
        const made = await apiKeys.create(owner, input, byPerson(person.id, requestInfo(ctx)));
        showKey(ctx, made, offer.api);
      } catch (error) {
        await showForm(ctx, signedIn, offer, { entered, ...refusalOf(error) });
      }
    }) satisfies OwnPage,

    showRenew: (async (ctx, signedIn) => {
      const apiKey = await ownOf(signedIn, ctx.query.key);
      if (!(await offerOf(signedIn.person, apiKey))) return seeOther(ctx, here);
      pages.show(ctx, 'account/api-key-renew', {
        action: `${here}/renew`,
        keyId: apiKey.id,
        name: apiKey.name,
        attemptId: await oneTime.remember(memoryOf(ctx, signedIn), {}),
        overlaps: OVERLAP_HOURS,
        ...shared,
      });
    }) satisfies OwnPage,

    renew: (async (ctx, signedIn) => {
      const { key, attempt = '', overlap } = ctx.state.form;
      const apiKey = await ownOf(signedIn, key);
      const offer = await offerOf(signedIn.person, apiKey);
      const hours = OVERLAP_HOURS.find((each) => String(each) === overlap) ?? 0;
      if (!offer) return seeOther(ctx, here);
      if (!(await oneTime.consume(memoryOf(ctx, signedIn), attempt)))
        return seeOther(ctx, `${here}?notice=twice`);
      const by = byPerson(signedIn.person.id, requestInfo(ctx));
      const renewed = await apiKeys.rotate(apiKey.id, { overlapSeconds: hours * 3600 }, by);
      showKey(ctx, renewed, offer.api, hours > 0 ? renewed.olderEndsAt : undefined);
    }) satisfies OwnPage,

    showEnd: (async (ctx, signedIn) => {
      const { id: keyId, name } = await ownOf(signedIn, ctx.query.key);
      pages.show(ctx, 'account/api-key-end', { action: `${here}/end`, keyId, name, ...shared });
    }) satisfies OwnPage,

    /** Asks for no proof: whoever has found a key where it should not be is quick. */
    end: (async (ctx, signedIn) => {
      const apiKey = await ownOf(signedIn, ctx.state.form.key);
      await apiKeys.revoke(apiKey.id, byPerson(signedIn.person.id, requestInfo(ctx)));
      seeOther(ctx, `${here}?notice=ended`);
    }) satisfies OwnPage,

    /** Whether there is anything here for this person. */
    async linkFor(person: User): Promise<{ apiKeysUrl?: string }> {
      const isThere =
        (await offersTo(person)).length > 0 || (await apiKeys.listOf({ userId: person.id })).length > 0;
      return isThere ? { apiKeysUrl: here } : {};
    },
  };

  async function offersTo({ id: userId }: User): Promise<Offer[]> {
    const offers: Offer[] = []; // at most the APIs that there are
    for (const api of await resourceServers.listWithOwnKeys()) {
      const scopes = (await apiKeys.offeredTo({ userId }, api)) ?? [];
      if (scopes.length > 0) offers.push({ api, scopes });
    }
    return offers;
  }

  /** Where people may make keys for its API; one that the operator made there is renewed as well. */
  async function offerOf(person: User, apiKey: ApiKey): Promise<Offer | undefined> {
    return (await offersTo(person)).find(({ api }) => api.id === apiKey.resourceServerId);
  }

  /** One of the person's own that is not over. Throws `http.not_found`, whosever any other is. */
  async function ownOf({ person }: SignedIn, id: unknown): Promise<ApiKey> {
    const apiKey = await apiKeys.find(String(id ?? ''));
    const isOwn = apiKey && 'userId' in apiKey.owner && apiKey.owner.userId === person.id;
    if (!isOwn || overOf(apiKey)) throw notFound();
    return apiKey;
  }

  function overOf({ ended, expiresAt = Infinity }: ApiKey): Row['ended'] {
    if (ended) return { at: ended.at, why: ended.by === 'leaked' ? 'leaked' : 'ended' };
    return expiresAt <= clock.now() ? { at: expiresAt, why: 'expired' } : undefined;
  }

  async function describe(apiKey: ApiKey, offers: readonly Offer[]): Promise<Row> {
    const { id, name, networks, createdAt, lastUsedAt, expiresAt } = apiKey;
    const api = await resourceServers.find(apiKey.resource);
    const ended = overOf(apiKey);
    const query = new URLSearchParams({ key: id });
    const isOffered = offers.some((offer) => offer.api.id === apiKey.resourceServerId);
    return {
      name,
      api: api ? nameOf(api) : apiKey.resource,
      sentences: apiKey.scopes.map((scope) => sentenceOf(scope, api)),
      networks,
      createdAt,
      days: ended ? [] : await apiKeys.usesOf(id, SHOWN_DAYS),
      ...defined({ lastUsedAt, expiresAt, ended }),
      ...(ended ? {} : { stopUrl: `${here}/end?${query}` }),
      ...(isOffered && !ended ? { renewUrl: `${here}/renew?${query}` } : {}),
    };
  }

  async function showForm(
    ctx: RouteContext,
    signedIn: SignedIn,
    { api, scopes }: Offer,
    { entered, errors = [], most, status = 200 }: Shown = {},
  ): Promise<void> {
    const { name = '', chosen = [], expiryDays = USUAL_EXPIRY_DAYS, networks = '' } = entered ?? {};
    pages.show(
      ctx,
      'account/api-key-add',
      {
        action: `${here}/add`,
        form: {
          apiId: api.id,
          api: nameOf(api),
          attemptId: await oneTime.remember(memoryOf(ctx, signedIn), {}),
          name,
          scopes: scopes.map((scope) => ({
            name: scope,
            sentence: sentenceOf(scope, api),
            isChosen: chosen.includes(scope),
          })),
          expiries: EXPIRY_DAYS,
          expiryDays,
          networks,
        },
        choices: [],
        errors,
        ...defined({ most }),
        ...shared,
      },
      { status },
    );
  }

  function showKey(
    ctx: RouteContext,
    { apiKey, key }: { apiKey: ApiKey; key: string },
    api: ResourceServer,
    olderEndsAt?: number,
  ): void {
    pages.show(ctx, 'account/api-key', {
      name: apiKey.name,
      api: nameOf(api),
      key,
      publicId: apiKey.id,
      doneUrl: here,
      signOutAction: shared.signOutAction,
      ...defined({ expiresAt: apiKey.expiresAt, olderEndsAt }),
    });
  }
}

const nameOf = ({ name, identifier }: Pick<ResourceServer, 'name' | 'identifier'>): string =>
  name ?? identifier;

function sentenceOf(scope: string, api: Pick<ResourceServer, 'scopes'> | undefined): string {
  return api?.scopes.find(({ name }) => name === scope)?.sentence ?? scope;
}

/** What was typed, as far as it was offered. */
function readForm({ state: { form } }: RouteContext, { scopes }: Offer): Entered {
  return {
    name: (form.name ?? '').trim(),
    chosen: scopes.filter((scope) => form[`scope:${scope}`] !== undefined),
    expiryDays: EXPIRY_DAYS.find((days) => String(days) === form.expiry) ?? USUAL_EXPIRY_DAYS,
    networks: form.networks ?? '',
  };
}

const networksIn = (typed: string): string[] => typed.split(/[\s,;]+/).filter((network) => network !== '');

/** What the person reads of a refusal. Throws what they can do nothing about. */
function refusalOf(error: unknown): Omit<Shown, 'entered'> {
  if (!(error instanceof GatehouseError)) throw error;
  const { code, detail } = error;
  if (code === 'api_keys.too_many') return { most: Number(detail.most), status: 409 };
  const problems = code === 'api_keys.invalid' ? (detail.problems as { field: string }[]) : [];
  const fields = [...new Set(problems.map(({ field }) => field))];
  const errors = fields.flatMap((field) => SENTENCES[field] ?? []);
  if (errors.length === 0) throw error;
  return { errors, status: 422 };
}

const SENTENCES: Readonly<Record<string, FieldError>> = {
  name: { field: 'name', sentence: { key: 'api_keys.name_wrong' } },
  scopes: { field: 'scope-0', sentence: { key: 'api_keys.scopes_missing' } },
  networks: { field: 'networks', sentence: { key: 'api_keys.network_wrong' } },
};

/** One form makes one key, in the session that it was shown in. */
function memoryOf({ path }: RouteContext, { sessionUid, person }: SignedIn) {
  return { method: 'account:api-keys', purpose: path, boundTo: sessionUid, userId: person.id };
}
