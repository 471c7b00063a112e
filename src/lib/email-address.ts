import { domainToASCII, domainToUnicode } from 'node:url';
import { isPlainText, withoutUnseen } from './text.ts';

export type EmailAddress = {
  /** As it is kept and shown: the domain in Unicode, nothing around it. */
  address: string;
  /** What makes two of them one: the local part in NFC and lower case, the domain in ASCII (UTS 46). */
  key: string;
};

/**
 * Reads an e-mail address as people type, paste and dictate it: blanks around it, characters that nobody sees, full-width
 * letters of an input method, a domain in Unicode or as `xn--…`, a final dot. At most 254 characters and 64 before the
 * `@` (RFC 5321 §4.5.3.1), any script on both sides (RFC 6531). `undefined` for what is no address.
 */
export function readEmailAddress(text: string): EmailAddress | undefined {
  if (text.length > MOST_TYPED) return undefined;
  const written = withoutUnseen(text).replaceAll(FULL_WIDTH, toAscii).trim().normalize('NFC');
  if (!isPlainText(written) || /[\s<>,;:"()[\]\\]/u.test(written)) return undefined;
  const [local = '', typedDomain = '', ...more] = written.split('@');
  // `domainToASCII` reads a host as a URL has it, up to its path, and with `%` in it.
  if (more.length > 0 || !isLocalPart(local) || /[/?#%]/.test(typedDomain)) return undefined;
  const ascii = domainToASCII(typedDomain.replace(/[.\u3002]$/, ''));
  if (!isDomain(ascii)) return undefined;
  const address = `${local}@${domainToUnicode(ascii)}`;
  if (address.length > MOST) return undefined;
  return { address, key: `${local.toLowerCase().normalize('NFC')}@${ascii}` };
}

/** The domain of mail addresses, in any of the same spellings, as `key` has it: in ASCII. */
export function readMailDomain(text: string): string | undefined {
  return readEmailAddress(`a@${text}`)?.key.slice(2);
}

/** RFC 5321 §4.5.3.1.3: a path of 256 with its angle brackets. */
const MOST = 254;
/** With what is taken away. */
const MOST_TYPED = 1000;

/** ASCII as East Asian input methods write it. Other compatibility forms (NFKC) stay: they may be another mailbox. */
const FULL_WIDTH = /[\uff01-\uff5e\u3000]/g;

function toAscii(character: string): string {
  return character === '\u3000' ? ' ' : String.fromCharCode(character.charCodeAt(0) - 0xfee0);
}

function isLocalPart(local: string): boolean {
  if (local === '' || local.length > 64) return false;
  return !local.startsWith('.') && !local.endsWith('.') && !local.includes('..');
}

/** Labels of letters, digits and inner hyphens; an address of a machine is no domain of people. */
function isDomain(ascii: string): boolean {
  if (ascii === '' || ascii.length > 253 || /^[\d.]+$/.test(ascii)) return false;
  return ascii.split('.').every((label) => /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/.test(label));
}
