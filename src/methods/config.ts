import { z } from 'zod';

const tier = z.strictObject({
  points: z.int().min(1).describe('Attempts that are let through in each window.'),
  // An hour is the longest that anybody can be told to wait: a limit slows down, it never locks out.
  perSeconds: z.int().min(1).max(3600).describe('Length of the window, in seconds, at most 3600.'),
});

/** A limit: every tier holds at once, so that the wait grows with the number of wrong answers. */
const tiers = (...values: [Tier, ...Tier[]]) => z.array(tier).min(1).prefault(values);
type Tier = z.input<typeof tier>;

/**
 * The section `methods`: what is the same for every way to sign in. Limits hold for each method on its own. `ids`: the
 * ways to sign in that there are.
 */
export const createMethodsConfig = (ids: readonly string[]) =>
  z
    .strictObject({
      memoryTtlSeconds: z
        .int()
        .min(60)
        .max(3600)
        .default(600)
        .describe('How long a person can take to finish an attempt, in seconds.'),
      knownDeviceTtlSeconds: z
        .int()
        .min(86_400)
        .default(180 * 86_400)
        .describe(
          'How long a browser that signed in has a limit of its own (`methods.limits.knownDevice`), in seconds.',
        ),
      offered: z
        .array(z.enum(ids))
        .min(1)
        .optional()
        .describe(
          'Ways to sign in that are offered. Default: all that are built in. A client may offer fewer.',
        ),
      localSignIn: z
        .boolean()
        .default(true)
        .describe(
          'Whether administrators can always sign in with Gatehouse’s own methods at `/login?local`, even where only other providers are offered.',
        ),
      rememberDeviceDays: z
        .int()
        .min(0)
        .max(365)
        .default(30)
        .describe('How many days “Don’t ask again on this device” skips the second factor. 0: not offered.'),
      limits: z
        .strictObject({
          account: tiers({ points: 20, perSeconds: 60 }, { points: 100, perSeconds: 3600 }).describe(
            'Wrong answers for one account, from all browsers that never signed in to it.',
          ),
          accountFromNetwork: tiers({ points: 5, perSeconds: 60 }, { points: 20, perSeconds: 900 }).describe(
            'Wrong answers for one account from one network, so that one attacker cannot use up `account`.',
          ),
          knownDevice: tiers({ points: 10, perSeconds: 60 }, { points: 30, perSeconds: 900 }).describe(
            'Wrong answers for one account from a browser that signed in to it before. The other limits do not apply to it.',
          ),
          network: tiers({ points: 100, perSeconds: 60 }).describe(
            'Wrong answers from one network (an IPv4 address or an IPv6 /64), for all accounts.',
          ),
          device: tiers({ points: 30, perSeconds: 300 }).describe(
            'Wrong answers from one browser (its device cookie), for all accounts that it never signed in to.',
          ),
          begin: tiers({ points: 300, perSeconds: 60 }).describe(
            'Attempts started from one network, for methods that first send or prepare something.',
          ),
        })
        .prefault({}),
    })
    .prefault({});

export type MethodsConfig = z.output<ReturnType<typeof createMethodsConfig>>;

/** What is wrong with `methods.offered`, told what each way to sign in is. */
export function judgeMethods(
  { offered }: Pick<MethodsConfig, 'offered'>,
  methods: readonly { id: string; identifies: boolean; isSwitchedOn: boolean }[],
): string[] {
  const identifying = methods.filter(({ identifies }) => identifies);
  if (!offered || identifying.some(({ id, isSwitchedOn }) => isSwitchedOn && offered.includes(id))) return [];
  const ids = identifying.map(({ id }) => id);
  const known = [ids.slice(0, -1).join(', '), ...ids.slice(-1)].filter(Boolean).join(' or ');
  return [`methods.offered has no way to say who one is; it must name ${known}.`];
}
