import { z } from 'zod';
import { createSecret, hmac } from '../../../src/lib/secret.ts';
import type { Method } from '../../../src/methods/method.ts';
import { definePlugIn, nothingWaits } from '../../../src/methods/plug-in.ts';
import type { Users } from '../../../src/users/users.ts';

/** What the provider and this method have agreed on. */
const workplaceConfig = z
  .strictObject({
    address: z
      .string()
      .default('https://workplace.example/enter')
      .describe('Where the provider asks people.'),
    secret: z.string().min(16).default('one secret of two houses').describe('By which it signs its badges.'),
  })
  .prefault({});

/**
 * The smallest way to sign in that leads away: another house says who somebody is, and may speak of people who are none
 * here. It is plugged into the real server by the tests, and shows all that such a method needs: this file and a line in
 * a list.
 */
export const workplace = definePlugIn({
  id: 'workplace',
  identifies: true,
  config: {
    section: 'workplace',
    schema: workplaceConfig,
    judge: ({ address }) =>
      address.startsWith('https://') ? [] : ['workplace.address must start with https://.'],
  },
  create: ({ users }, config) => ({
    method: createWorkplace({ users, config }),
    endAllOf: nothingWaits,
    routes: ({ comeBack }) => [
      {
        method: 'GET',
        path: '/workplace/back',
        async handle(ctx) {
          const [uid = '', attemptId = ''] = String(ctx.query.state ?? '').split('.');
          await comeBack(ctx, {
            uid,
            attemptId,
            method: 'workplace',
            answer: { badge: String(ctx.query.badge) },
          });
        },
      },
    ],
  }),
});

export function createWorkplace({
  users,
  config,
}: {
  users: Pick<Users, 'findByEmail'>;
  config: z.output<typeof workplaceConfig>;
}) {
  return {
    id: 'workplace',
    amr: ['fed'],
    kind: 'possession',
    identifies: true,
    leaves: true,
    fields: ['badge'],
    isEnrolled: async () => true,
    async begin({ attemptId = '', boundTo = '' }) {
      const nonce = createSecret();
      const query = new URLSearchParams({ state: `${boundTo}.${attemptId}`, nonce });
      return { keep: { nonce }, redirect: `${config.address}?${query}` };
    },
    async finish({ userId, answer, kept }) {
      const [encoded = '', mac] = (answer.badge ?? '').split('.');
      const email = Buffer.from(encoded, 'base64url').toString();
      if (mac === undefined || badgeOf(email, String(kept?.nonce), config.secret) !== answer.badge)
        return { refused: 'wrong', ...(userId === undefined ? {} : { userId }) };
      const user = await users.findByEmail(email);
      if (user?.disabledAt !== undefined) return { refused: 'disabled', userId: user.id };
      return user
        ? { proved: user.id }
        : { unknown: { provider: 'Workplace', subject: email, claims: { email } } };
    },
  } satisfies Method;
}

/** What the provider sends the browser back with. */
export function badgeOf(email: string, nonce: string, secret: string): string {
  return `${Buffer.from(email).toString('base64url')}.${hmac(Buffer.from(secret), 'badge', email, nonce)}`;
}
