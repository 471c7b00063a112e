import { z } from 'zod';

const tier = z.strictObject({
  points: z.int().min(1).describe('Mails that may be asked for in each window.'),
  perSeconds: z.int().min(1).max(3600).describe('Length of the window, in seconds, at most 3600.'),
});
type Tiers = [z.input<typeof tier>, ...z.input<typeof tier>[]];
const tiers = (values: Tiers) => z.array(tier).min(1).prefault(values);

/** The setting `limits` of whoever mails a code. `address`: the default for one address. */
export function mailLimits(address: Tiers) {
  return z
    .strictObject({
      address: tiers(address).describe(
        'Mails to one address, requested from all browsers that never signed in to its account.',
      ),
      knownDevice: tiers(address).describe(
        'Mails to one address, requested from a browser that signed in to its account before.',
      ),
      browser: tiers([{ points: 10, perSeconds: 600 }]).describe('Mails requested from one browser.'),
      network: tiers([{ points: 60, perSeconds: 600 }]).describe(
        'Mails requested from one network (an IPv4 address or an IPv6 /64).',
      ),
    })
    .prefault({});
}

/** The setting `ttlSeconds` of whoever mails a code. */
export const mailTtlSeconds = z.int().min(60).max(3600).default(600);
