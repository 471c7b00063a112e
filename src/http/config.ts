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
        'How long browsers shall insist on https for this host, in seconds. Sent on https issuers only; 0 sends none.',
      ),
    hstsIncludeSubDomains: z
      .boolean()
      .default(false)
      .describe(
        'Whether browsers shall insist on https for every host below this one, too. Only when all of them speak it.',
      ),
    drainSeconds: z
      .int()
      .min(0)
      .max(300)
      .default(10)
      .describe('How long running requests may take to finish when the server is told to stop, in seconds.'),
    maxConnections: z
      .int()
      .min(10)
      .max(1_000_000)
      .default(16_000)
      .describe(
        'How many connections one process holds. One network (IPv4 address, IPv6 /64) may hold half of them; not counted so are this machine and proxies that `trustProxy` names. Who comes then gets the place of a connection without a whole request, of that network or of the fullest.',
      ),
    outgoing: z
      .strictObject({
        allow: z
          .array(z.string().trim().min(1).max(253).refine(isHostOrNetwork, NO_HOST_OR_NETWORK))
          .max(100)
          .default([])
          .describe(
            'What this server may call beside https addresses of the public internet: networks (10.0.0.0/8), addresses or host names. Plain http is open to them, too.',
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
            'How long a request may have to wait, as things stand; one that would wait longer gets 503.',
          ),
        burstSeconds: z
          .number()
          .min(0.01)
          .max(60)
          .default(0.25)
          .describe('The same while a burst has only begun (a quarter of a second).'),
        minInFlight: z
          .int()
          .min(1)
          .max(100_000)
          .default(32)
          .describe(
            'So many requests are always served at once. More than a process has connections to its database.',
          ),
        maxInFlight: z
          .int()
          .min(1)
          .max(100_000)
          .default(2000)
          .describe('So many at once are the most, however fast they are.'),
      })
      .prefault({})
      .describe('When there is more to do than can be done in time.'),
  })
  .prefault({})
  .describe('The HTTP server.');

export type HttpConfig = z.infer<typeof httpConfig>;
