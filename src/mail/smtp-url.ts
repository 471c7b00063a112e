import { findUnescaped, foundScheme } from '../lib/service-url.ts';

/** What is wrong with `SMTP_URL`, as the rest of a sentence that begins with its name. Repeats no value. */
function mistakeOfSmtpUrl(url: string): string | undefined {
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

/** What is wrong with `SMTP_URL`: one sentence. Without it, mail is kept in a mailbox on a loopback issuer alone. */
export function judgeSmtpUrl(url: string | undefined, { isLoopback }: { isLoopback: boolean }): string[] {
  if (url === 'none' || (url === undefined && isLoopback)) return [];
  if (url === undefined) {
    return [
      'SMTP_URL is not set; outside localhost it must name a mail server (smtps://user:password@mail.example.com), or be `none`: then nothing is mailed.',
    ];
  }
  if (!/^smtps?:\/\//.test(url)) {
    return [`SMTP_URL ${foundScheme(url)}; it must start with smtp:// or smtps://, or be \`none\`.`];
  }
  const mistake = mistakeOfSmtpUrl(url);
  return mistake === undefined ? [] : [`SMTP_URL ${mistake}`];
}
