import { z } from 'zod';

export const doctorConfig = z
  .strictObject({
    diskMegabytes: z
      .int()
      .min(0)
      .default(1024)
      .describe(
        'With SQLite: `doctor` warns when less than this is left on the disk of the database, and calls less than a quarter of it an error.',
      ),
    certificateDays: z
      .int()
      .min(1)
      .max(365)
      .default(14)
      .describe('`doctor` warns when the certificate of the issuer expires within this many days.'),
  })
  .prefault({})
  .describe('What `gatehouse doctor` finds worth saying.');

export type DoctorConfig = z.infer<typeof doctorConfig>;
