import { z } from 'zod';

export const metricsConfig = z
  .strictObject({
    port: z
      .int()
      .min(1)
      .max(65_535)
      .optional()
      .describe(
        'Answer Prometheus at `/metrics` on a port of its own (9464 is usual). Without it, and without `METRICS_TOKEN`, nothing is measured.',
      ),
    host: z
      .string()
      .min(1)
      .default('127.0.0.1')
      .describe(
        'The address of that port. Only this machine unless said; what you open wider, keep inside your network, or set `METRICS_TOKEN`.',
      ),
  })
  .prefault({})
  .describe('What Prometheus reads. docs/metrics.md lists it.');

export type MetricsConfig = z.infer<typeof metricsConfig>;
