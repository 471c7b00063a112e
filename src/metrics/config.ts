import { z } from 'zod';

export const metricsConfig = z
  .strictObject({
    port: z
      .int()
      .min(1)
      .max(65_535)
      .optional()
      .describe(
        'The port of its own at which `/metrics` answers Prometheus (usually 9464). Without it and without `METRICS_TOKEN` nothing is measured.',
      ),
    host: z
      .string()
      .min(1)
      .default('127.0.0.1')
      .describe(
        'The address of that port. Default: only this machine. If you open it further, keep it inside your network or set `METRICS_TOKEN`.',
      ),
  })
  .prefault({})
  .describe('What Prometheus reads. docs/metrics.md lists it.');

export type MetricsConfig = z.infer<typeof metricsConfig>;

/** What is wrong with `METRICS_TOKEN`, which it does not repeat. */
export function judgeMetricsToken(token: string | undefined): string[] {
  if (token === undefined || /^[\x21-\x7e]{16,}$/.test(token)) return [];
  return [
    'METRICS_TOKEN is too short or holds blanks; it must be 16 characters or more (`openssl rand -hex 32` makes one).',
  ];
}
