import { findUnescaped } from '../lib/service-url.ts';

/** What is wrong with `SMTP_URL`, as the rest of a sentence that begins with its name. Repeats no value. */
export function mistakeOfSmtpUrl(url: string): string | undefined {
  const unescaped = findUnescaped(url);
  if (unescaped !== undefined) return unescaped;
  if (!URL.canParse(url) || new URL(url).hostname === '') {
    return 'must look like smtps://user:password@mail.example.com (TLS from the start, port 465) or smtp://…:587 (STARTTLS).';
  }
  // RFC 8314 §3.3 and RFC 6409 §3.1: 465 speaks TLS from the first byte, 587 and 25 in the clear until STARTTLS.
  const { protocol, port } = new URL(url);
  if (protocol === 'smtp:' && port === '465') {
    return 'says smtp:// and port 465, where servers expect TLS from the start; write smtps://…:465, or smtp://…:587.';
  }
  if (protocol === 'smtps:' && (port === '587' || port === '25')) {
    return `says smtps:// and port ${port}, where servers wait for STARTTLS; write smtp://…:${port}, or smtps://…:465.`;
  }
  return undefined;
}
