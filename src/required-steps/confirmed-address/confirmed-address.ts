import { requestInfo } from '../../http/request.ts';
import { byPerson } from '../../lib/actor.ts';
import { browserName } from '../../lib/browser-name.ts';
import { GatehouseError } from '../../lib/errors.ts';
import { userConflict } from '../../users/errors.ts';
import { localeOf, type User } from '../../users/users.ts';
import type { RequiredStep, RequiredStepPlugIn, StepDeps, StepPage, Visit } from '../required-step.ts';

/** The address must be known to be the person's: by a code that is mailed to it. */
export const confirmedAddress: RequiredStepPlugIn = {
  id: 'confirmed-address',
  judge(detail, { isMailAvailable }) {
    if (detail !== undefined) return 'takes nothing after its name: confirmed-address';
    return isMailAvailable ? undefined : 'needs mail: SMTP_URL is none';
  },
  create: createConfirmedAddress,
};

type Deps = Pick<StepDeps, 'config' | 'clock' | 'users' | 'mail' | 'mailedProofs' | 'rateLimit'>;

const KIND = 'confirmed-address';
const TTL_SECONDS = 600;
/** For one person: the address may be somebody else's, who wants none of these mails. */
const MAILS = { points: 5, perSeconds: 3600 };

/** What the pages remember of a mail: its address, which may be changed in another window meanwhile. */
type State = { email: string };

function createConfirmedAddress({
  config,
  clock,
  users,
  mail,
  mailedProofs: proofs,
  rateLimit,
}: Deps): RequiredStep {
  return {
    isOpen: async ({ person }) => !person.emailVerified,

    async page({ person, kept: { mail: id }, ctx }) {
      if (id === undefined) return askPage(person);
      const proof = await proofs.find<State>(KIND, id, requestInfo(ctx).browserHash);
      // An expired proof is not found; one for an earlier address does not count.
      if (proof?.isProved !== false || proof.state.email !== person.email) return askPage(person);
      return proof.isOpen ? sentPage(person, id) : overPage(person);
    },

    async finish(visit) {
      const { form, person } = visit;
      const { mail: id, code } = form;
      if (id === undefined || code === undefined) return send(visit);
      const { browserHash } = requestInfo(visit.ctx);
      const judged = await proofs.answer(KIND, id, browserHash, code);
      if (judged === 'expired') return { page: overPage(person), status: 410 };
      // As it is now: that may have been the last try.
      if (judged === 'wrong' && (await proofs.find(KIND, id, browserHash))?.isOpen !== true)
        return { page: overPage(person) };
      if (judged === 'wrong')
        return {
          page: { ...sentPage(person, id), errors: [{ field: 'code', sentence: { key: 'email.wrong' } }] },
        };
      return confirm(visit, id);
    },
  };

  /** The code was right, and it is the address that it was mailed to: both or neither, and once. */
  async function confirm({ person, ctx }: Visit, id: string) {
    const { browserHash } = requestInfo(ctx);
    const proof = await proofs.find<State>(KIND, id, browserHash);
    if (!proof?.isProved || proof.state.email !== person.email) return 'judge' as const;
    try {
      await users.update(person.id, { emailVerified: true }, byPerson(person.id, requestInfo(ctx)), {
        // Changed in another window meanwhile, the new address is not the one that was confirmed.
        onlyIfVersion: person.version,
        onlyIf: async (inside) => void (await proofs.finishInside(inside, proof)),
      });
    } catch (error) {
      if (error instanceof GatehouseError && error.code === userConflict.code) return 'judge' as const;
      throw error;
    }
    return 'done' as const;
  }

  async function send(visit: Visit) {
    const { person, ctx } = visit;
    if (!mail.isAvailable) return { page: askPage(person), status: 503 };
    const { browserHash, locale, network, userAgent } = requestInfo(ctx);
    const hit = await rateLimit.hit('required_steps.confirmed_address', person.id, MAILS);
    if (!hit.isAllowed || browserHash === undefined) {
      ctx.set('Retry-After', String(hit.retryAfterSeconds));
      return { page: { ...askPage(person), refused: { key: 'required.email.too_many' } }, status: 429 };
    }
    const { id, code } = await proofs.begin<State>({
      kind: KIND,
      browserHash,
      state: { email: person.email },
      ttlSeconds: TTL_SECONDS,
      userId: person.id,
    });
    await mail.send({
      to: person.email,
      template: 'confirm-address',
      data: {
        code,
        accountUrl: `${config.issuer}/account`,
        validSeconds: TTL_SECONDS,
        when: clock.now(),
        device: browserName(userAgent),
        network,
      },
      locale: localeOf(person, locale),
      keepSeconds: TTL_SECONDS,
    });
    return { kept: { mail: id } };
  }

  function askPage({ email }: User): StepPage {
    const page = { title: { key: 'required.email.title' }, links: [changeLink()] };
    if (!mail.isAvailable) return { ...page, text: [{ key: 'required.email.unavailable' }] };
    return {
      ...page,
      text: [{ key: 'required.email.text', values: { email } }],
      submit: { key: 'required.email.submit' },
    };
  }

  /** No code is taken any more, however the page is come to: another mail is all that is left. */
  function overPage(person: User): StepPage {
    return { ...askPage(person), refused: { key: 'code.over' } };
  }

  /** `id`: worth nothing in another browser, and nothing without the code. */
  function sentPage({ email }: User, id: string): StepPage {
    return {
      hidden: { mail: id },
      title: { key: 'email.sent.title' },
      text: [{ key: 'required.email.sent', values: { email } }],
      isMailed: true,
      fields: [{ kind: 'code', id: 'code', label: { key: 'email.sent.code' } }],
      submit: { key: 'layout.continue' },
      other: { answer: 'again', hint: { key: 'email.sent.nothing' }, words: { key: 'email.sent.again' } },
      links: [changeLink()],
    };
  }

  /** The own account is not held by this step. */
  function changeLink() {
    return { words: { key: 'required.email.change' }, href: `${config.base}/account/email` };
  }
}
