import { z } from 'zod';
import { readMailDomain } from './email-address.ts';

/** A setting that names a domain of mail addresses, such as `example.com`; read in any spelling, kept in ASCII. */
export const mailDomain = z
  .string()
  .refine((domain) => readMailDomain(domain)?.includes('.') === true, 'must be a domain, such as example.com')
  .overwrite((domain) => readMailDomain(domain) ?? domain);
