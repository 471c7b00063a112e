import { describe, expect, test } from 'vitest';
import { createProfileSchema, emailKey, emailSchema } from '../../src/users/profile.ts';

const profileSchema = createProfileSchema();

describe('an e-mail address', () => {
  test.each([
    'ada@example.com',
    'a.b+tag@sub.example.co.uk',
    "o'hara@example.com",
    'ada@localhost',
    'zoë@bücher.example',
    '用户@例子.广告',
    `${'a'.repeat(64)}@example.com`,
  ])('is taken: %s', (email) => {
    expect(emailSchema.safeParse(email).success).toBe(true);
  });

  test.each([
    ['nothing', ''],
    ['no @', 'ada.example.com'],
    ['two @', 'ada@b@example.com'],
    ['nothing before @', '@example.com'],
    ['nothing after @', 'ada@'],
    ['a space', 'ada lovelace@example.com'],
    ['a no-break space', 'ada\u00a0x@example.com'],
    ['a line end, which would add a header to a mail', 'ada@example.com\nBcc: all@example.com'],
    ['a NUL byte', 'ada\0@example.com'],
    ['an angle bracket', '<ada@example.com>'],
    ['a comma, which would add a recipient', 'ada,bob@example.com'],
    ['half a surrogate pair', 'ada\ud800@example.com'],
    ['an empty label', 'ada@example..com'],
    ['a hyphen at the start of a label', 'ada@-example.com'],
    ['65 characters before @', `${'a'.repeat(65)}@example.com`],
    ['255 characters', `a@${'b'.repeat(50)}.${`${'c'.repeat(50)}.`.repeat(4)}example`.padEnd(255, 'x')],
    ['10,000 characters', `a@${'b'.repeat(10_000)}.com`],
    ['a list instead of a text', ['ada@example.com']],
  ])('is refused with %s', (_, email) => {
    expect(emailSchema.safeParse(email).success).toBe(false);
  });

  test('is kept without what nobody sees: a direction override would make it look like another one', () => {
    expect(emailSchema.parse(' ada\u202e@example.com.')).toBe('ada@example.com');
  });

  test('is the same in every case and Unicode form', () => {
    expect(emailKey('Zoé@EXAMPLE.com')).toBe(emailKey('zoe\u0301@example.com'));
    expect(emailKey('ada@example.com')).not.toBe(emailKey('ada@example.org'));
  });
});

describe('a claim (OIDC Core §5.1)', () => {
  test.each([
    ['name', 'Ada 👩‍💻 Lovelace'],
    ['name', 'أدا لوفليس'],
    ['birthdate', '1815-12-10'],
    ['birthdate', '0000-02-29'],
    ['birthdate', '1815'],
    ['zoneinfo', 'America/Argentina/Ushuaia'],
    ['locale', 'zh-Hant-TW'],
    ['locale', 'en_US'],
    ['phone_number', '+41 44 268 12 34'],
    ['phone_number', '+1 (604) 555-1234;ext=5678'],
    ['picture', 'https://example.com/a.png?x=1'],
    ['address', { street_address: 'Line 1\r\nLine 2', country: 'CH' }],
    ['phone_number_verified', true],
  ])('%s is taken: %j', (claim, value) => {
    expect(profileSchema.safeParse({ [claim]: value })).toMatchObject({
      success: true,
      data: { [claim]: value },
    });
  });

  test.each([
    ['name', ''],
    ['name', 'Ada\0'],
    ['name', 'Ada\nLovelace'],
    ['name', '\u001b[31mAda'],
    ['name', 'Ada\u202egnp.exe'],
    ['name', '\udc00'],
    ['name', 'x'.repeat(201)],
    ['name', 42],
    ['birthdate', '1815-02-30'],
    ['birthdate', '1815-13-01'],
    ['birthdate', '10.12.1815'],
    ['birthdate', '0000'],
    ['zoneinfo', 'Mars/Olympus'],
    ['zoneinfo', '+01:00'],
    ['locale', 'not a locale'],
    ['phone_number', '044 268 12 34'],
    ['phone_number', '+41; drop table'],
    ['picture', 'javascript:alert(1)'],
    ['picture', 'data:text/html,x'],
    ['website', 'example.com'],
    ['website', 'https://user@example.com'],
    ['address', 'a text'],
    ['address', { planet: 'Earth' }],
    ['address', { street_address: 'x\0y' }],
    ['address', { locality: 'two\nlines' }],
    ['phone_number_verified', 'yes'],
    ['sub', 'usr_other'],
    ['email', 'other@example.com'],
    ['updated_at', 1],
    ['constructor', 'x'],
  ])('%s is refused: %j', (claim, value) => {
    expect(profileSchema.safeParse({ [claim]: value }).success).toBe(false);
  });
});
