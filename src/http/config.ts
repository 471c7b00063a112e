import { isIP } from 'node:net';
import { z } from 'zod';

const NO_HOST_OR_NETWORK = 'must be a network (10.0.0.0/8), an address or a host name';

function isHostOrNetwork(entry: string): boolean {
  const [address = '', prefix, ...rest] = entry.split('/');
  const family = isIP(address);
  if (family === 0) return prefix === undefined && /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(entry);
  if (prefix === undefined) return true;
  return rest.length === 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128);
}

export const httpConfig = z
  .strictObject({
    hstsSeconds: z
      .int()
      .min(0)
      .default(31_536_000)
      .describe(
        'HSTS: how long browsers use only https for this host, in seconds. Sent only if the issuer is https. 0: not sent.',
      ),
    hstsIncludeSubDomains: z
      .boolean()
      .default(false)
      .describe(
        'HSTS: whether this also applies to every subdomain of this host. Only if all of them offer https.',
      ),
    drainSeconds: z
      .int()
      .min(0)
      .max(300)
      .default(10)
      .describe('How long running requests may take to finish when the server is stopped, in seconds.'),
    maxConnections: z
      .int()
      .min(10)
      .max(1_000_000)
      .default(16_000)
      .describe(
        'How many connections one process holds at most. One network (IPv4 address, IPv6 /64) may hold half of them, except this machine and the proxies that `trustProxy` names. When a limit is reached, a new connection replaces one that is idle or has not sent a complete request yet, from the same network or from the one with the most connections.',
      ),
    outgoing: z
      .strictObject({
        allow: z
          .array(z.string().trim().min(1).max(253).refine(isHostOrNetwork, NO_HOST_OR_NETWORK))
          .max(100)
          .default([])
          .describe(
            'What this server may call, in addition to public https addresses: networks (10.0.0.0/8), addresses or host names. They may also be called by plain http.',
          ),
      })
      .prefault({})
      .describe('Calls of ours to other servers, such as the documents of clients.'),
    overload: z
      .strictObject({
        queueSeconds: z
          .number()
          .min(0.01)
          .max(60)
          .default(0.05)
          .describe(
            'How long a request may wait, in seconds. One that would wait longer, by our estimate, gets 503.',
          ),
        burstSeconds: z
          .number()
          .min(0.01)
          .max(60)
          .default(0.25)
          .describe('The same at the beginning of a burst.'),
        minInFlight: z
          .int()
          .min(1)
          .max(100_000)
          .default(32)
          .describe('This many requests are always served at once. Make it more than `database.poolSize`.'),
        maxInFlight: z
          .int()
          .min(1)
          .max(100_000)
          .default(2000)
          .describe('The most requests at once, however fast they are answered.'),
      })
      .prefault({})
      .describe('When there is more to do than can be done in time.'),
  })
  .prefault({})
  .describe('The HTTP server.');

export type HttpConfig = z.infer<typeof httpConfig>;
