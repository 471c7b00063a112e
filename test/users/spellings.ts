/** One person's address as people type, paste and dictate it: how, and what. Every form and command takes all of them. */
export const SPELLINGS: readonly (readonly [string, string])[] = [
  ['as it is', 'max@müller.example'],
  ['blanks around it', '  max@müller.example\t'],
  ['a no-break space', '\u00a0max@müller.example\u00a0'],
  ['zero-width characters', '\u200bmax\u200d@müller\ufeff.example\u2060'],
  ['marks of direction', '\u202amax@müller.example\u202c'],
  ['a soft hyphen', 'max@mül\u00adler.example'],
  ['capitals', 'Max@MÜLLER.Example'],
  ['decomposed letters (NFD)', 'max@mu\u0308ller.example'],
  ['full-width letters', 'ｍａｘ＠müller．ｅｘａｍｐｌｅ'],
  ['an ideographic full stop', 'max@müller\u3002example'],
  ['the domain in ASCII', 'max@xn--mller-kva.example'],
  ['the domain in ASCII with capitals', 'max@XN--MLLER-KVA.example'],
  ['a final dot', 'max@müller.example.'],
];
