/** Longest password that is accepted, in bytes of UTF-8, as OpaqueString. Above it nothing is hashed. */
export const MAXIMUM_BYTES = 1024;

/**
 * The one form of a password that is measured, hashed and compared: RFC 8265 §4.2 (OpaqueString). Every space that is
 * not U+0020 becomes one, then NFC; letter case and everything else stays. So one password typed on two keyboards
 * (é as one character or as two) is one. `undefined`: not text that can be typed again, namely empty, with control
 * characters (NUL, line ends), noncharacters or broken surrogates, or too long to be any password here. Other code
 * points that RFC 8264 disallows are let through: joined emoji need them, and unassigned ones change every year.
 */
export function normalForm(password: string): string | undefined {
  // A character is at least one byte, and NFC at most thirds the bytes: megabytes are refused unread.
  if (password.length > 3 * MAXIMUM_BYTES) return undefined;
  if (password === '' || !password.isWellFormed() || UNTYPABLE.test(password)) return undefined;
  const text = password.replaceAll(/\p{Zs}/gu, ' ').normalize('NFC');
  return Buffer.byteLength(text) > MAXIMUM_BYTES ? undefined : text;
}

const UNTYPABLE = /[\p{Cc}\p{Noncharacter_Code_Point}]/u;

/** A text as the comparisons of the policy see it: letter case, width and accents do not make a password better. */
export function fold(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().normalize('NFC');
}
