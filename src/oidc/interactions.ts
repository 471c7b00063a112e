import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context } from 'koa';
import { errors, Provider } from 'oidc-provider';
import { type BrowserSecret, isSameBrowser } from '../http/browser-secret.ts';
import { type CookieNames, readCookie } from '../http/cookies.ts';
import { createRequestSlot } from '../lib/request-slot.ts';
import type { ProvedStep } from './levels.ts';
import { isProved } from './restart.ts';
import type { Sessions } from './sessions.ts';

type LibraryInteraction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** An interaction that another browser began. */
export type Elsewhere = { uid: string; clientId: string; isProved: boolean };

export type FoundInteraction =
  | { is: 'here'; interaction: LibraryInteraction }
  | ({ is: 'elsewhere' } & Elsewhere)
  | { is: 'gone' };

export type InteractionsDeps = {
  names: Pick<CookieNames, 'interaction' | 'resume'>;
  sessions: Pick<Sessions, 'find'>;
  areStillGood(userId: string, steps: readonly ProvedStep[]): Promise<boolean>;
  showElsewhere(ctx: Context, found: Elsewhere): Promise<void>;
};

/**
 * Which browser a sign-in belongs to. The library's two cookies say which interaction is meant, and a sibling subdomain
 * can plant them; what opens it is the browser's own secret, whose hash was written into it when it was made. It is
 * compared where a page finds its interaction, and before the resume reads or writes anything.
 */
export function createInteractions({ names, sessions, areStillGood, showElsewhere }: InteractionsDeps) {
  return {
    /** The interaction of an address of ours, by this browser's cookie. */
    async find(
      provider: Provider,
      ctx: { req: IncomingMessage; res: ServerResponse },
      uid: string,
    ): Promise<FoundInteraction> {
      const interaction = await provider.interactionDetails(ctx.req, ctx.res).catch(unlessGone);
      // The cookie's path keeps interactions apart; a browser that sends another one's is not believed.
      if (interaction?.uid === uid && (await isOfThisBrowser(ctx, interaction)))
        return { is: 'here', interaction };
      return elsewhereOrGone(ctx, await provider.Interaction.find(uid));
    },

    /**
     * Before the library hears of a resume: true when this browser may go on. Else it has been answered. A login that is
     * worth nothing any more (a password that was changed meanwhile) is forgotten, and the policy asks for another one.
     */
    async admitResume(provider: Provider, ctx: Context): Promise<boolean> {
      const uid = RESUME.exec(ctx.path)?.[1];
      if (uid === undefined) return true;
      const isNamed = readCookie(ctx.req, names.resume) === uid;
      const pending = await provider.Interaction.find(uid);
      if (pending && isNamed && (await isOfThisBrowser(ctx, pending))) {
        // Ended meanwhile: the library finds none, and says so.
        if (await forgetOutdatedLogin(pending)) admitted.set(ctx.req, pending);
        return true;
      }
      const found = await elsewhereOrGone(ctx, pending);
      // Gone: the library finds none, and says so.
      if (found.is === 'gone') return true;
      await showElsewhere(ctx, found);
      return false;
    },
  };

  /**
   * One that was made by a release which bound none is bound by its session, if it has one; the library compares that at
   * the resume. Such a one without a session begins again: whose it is nobody knows.
   */
  async function isOfThisBrowser(ctx: { req: IncomingMessage }, interaction: LibraryInteraction) {
    const { browserHash } = interaction.prompt.details;
    if (browserHash !== undefined) return isSameBrowser(ctx, browserHash);
    const { session } = interaction;
    return session?.uid !== undefined && (await sessions.find(ctx))?.uid === session.uid;
  }

  async function elsewhereOrGone(ctx: { req: IncomingMessage }, interaction: LibraryInteraction | undefined) {
    if (!interaction || isSameBrowser(ctx, interaction.prompt.details.browserHash))
      return { is: 'gone' as const };
    const { uid, params } = interaction;
    return {
      is: 'elsewhere' as const,
      uid,
      clientId: String(params.client_id),
      isProved: isProved(interaction),
    };
  }

  /** False when the interaction is gone by then. */
  async function forgetOutdatedLogin(pending: LibraryInteraction): Promise<boolean> {
    const login = pending.result?.login as { accountId: string; proofs?: ProvedStep[] } | undefined;
    if (!login || (await areStillGood(login.accountId, login.proofs ?? []))) return true;
    delete pending.result?.login;
    return (await pending.persist().catch(unlessGone)) !== undefined;
  }
}

/**
 * What the library does with interactions, as far as browsers go: each one is bound to the browser that it is made for,
 * whose secret is set if there is none; and a resume finds the one that `admitResume` let through, however its address
 * and its cookie are spelled.
 */
export function bindInteractions(provider: Provider, browser: Pick<BrowserSecret, 'bind'>): void {
  const model = provider.Interaction as unknown as BoundModel;
  const { find, prototype } = model;
  const { save } = prototype;
  model.find = async function findAdmitted(this: BoundModel, id, options) {
    const ctx = Provider.ctx;
    if (ctx?.oidc.route !== 'resume') return find.call(this, id, options);
    // As it was read to be admitted. Ended since, it is not found by the statement that completes the sign-in.
    const pending = admitted.get(ctx.req);
    return pending?.uid === id ? pending : undefined;
  };
  prototype.save = async function saveBound(ttl) {
    const ctx = Provider.ctx;
    // One that was saved before is written back as it is.
    if (this.exp === undefined) {
      if (!ctx) throw new Error('an interaction was made outside a request');
      // Among the details, which a release that knows nothing of it writes back as they are.
      const details = { ...this.prompt.details, browserHash: browser.bind(ctx) };
      this.prompt = { ...this.prompt, details };
    }
    return save.call(this, ttl);
  };
}

type BoundModel = {
  find(id: string, options?: object): Promise<LibraryInteraction | undefined>;
  prototype: {
    exp?: number;
    prompt: { details: Record<string, unknown> };
    save(this: BoundModel['prototype'], ttl: number): Promise<string>;
  };
};

const RESUME = /^\/auth\/([^/]+)\/?$/i;
const admitted = createRequestSlot<LibraryInteraction>('admitted to the resume');

function unlessGone(error: unknown): undefined {
  if (error instanceof errors.SessionNotFound) return undefined;
  throw error;
}
