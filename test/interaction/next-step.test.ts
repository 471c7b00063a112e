import { describe, expect, test } from 'vitest';
import { nextStep, type ProvingMethod, type Situation } from '../../src/interaction/next-step.ts';
import { amrOf, createLevels, isMultiFactor, type ProvedStep } from '../../src/oidc/levels.ts';

const levels = createLevels([
  { acr: '1', provedBy: [['any']] },
  { acr: '2', provedBy: [['mfa']] },
  { acr: '3', provedBy: [['passkey', 'mfa']] },
]);

const proving = {
  password: { id: 'password', amr: ['pwd'], kind: 'knowledge' },
  totp: { id: 'totp', amr: ['otp'], kind: 'possession' },
  codes: { id: 'backup-codes', amr: ['otp'], kind: 'possession' },
  email: { id: 'email', amr: ['otp'], kind: 'mailbox' },
  passkey: { id: 'passkey', amr: ['hwk', 'user'], kind: 'multi' },
  touch: { id: 'passkey', amr: ['hwk'], kind: 'possession' },
} as const satisfies Record<string, ProvingMethod>;

const by = (...names: (keyof typeof proving)[]): ProvedStep[] =>
  names.map((name) => ({
    method: proving[name].id,
    amr: proving[name].amr,
    kind: proving[name].kind,
    at: 0,
  }));

const situation = (values: Partial<Situation>): Situation => ({
  steps: [],
  demand: { secondFactor: 'when_enrolled' },
  levels,
  enrolled: [],
  hasSecondFactor: false,
  enrollable: [],
  isRemembered: false,
  laterLeft: 3,
  ...values,
});

describe('levels', () => {
  test.each([
    [by(), undefined],
    [by('password'), '1'],
    [by('email'), '1'],
    [by('touch'), '1'],
    [by('password', 'totp'), '2'],
    [by('email', 'totp'), '2'],
    [by('totp', 'codes'), '1'],
    [by('password', 'email'), '1'],
    [by('passkey'), '3'],
    [by('password', 'touch'), '3'],
  ])('%# are proved by what was proved', (steps, level) => {
    expect(levels.levelOf(steps)).toBe(level);
  });

  test('amr names each meaning once, and two factors as such', () => {
    expect(amrOf(by('password', 'totp', 'codes'))).toEqual(['pwd', 'otp', 'mfa']);
    expect(amrOf(by('passkey'))).toEqual(['hwk', 'user', 'mfa']);
    expect(amrOf(by('password'))).toEqual(['pwd']);
  });

  test('two of one kind are one factor', () => {
    expect(isMultiFactor(by('totp', 'codes'))).toBe(false);
    expect(isMultiFactor(by('password', 'email'))).toBe(false);
  });

  test('a matrix may name methods, and a weaker row is reached by a stronger one', () => {
    const own = createLevels([
      { acr: 'mail', provedBy: [['email']] },
      { acr: 'bronze', provedBy: [['pwd']] },
      { acr: 'gold', provedBy: [['pwd', 'otp', 'totp'], ['passkey']] },
    ]);
    expect(own.levelOf(by('email'))).toBe('mail');
    expect(own.levelOf(by('password', 'totp'))).toBe('gold');
    expect(own.levelOf(by('totp'))).toBeUndefined();
    expect(own.reaches(by('passkey'), 'bronze')).toBe(true);
    expect(own.reaches(by('email'), 'bronze')).toBe(false);
    expect([own.weakest(['gold', 'mail']), own.strongest(['gold', 'mail', 'tin'])]).toEqual(['mail', 'gold']);
  });
});

describe('the next step', () => {
  test('is who it is, before anything else', () => {
    expect(nextStep(situation({}))).toEqual({ kind: 'identify' });
  });

  test.each([
    ['never', true, 'done'],
    ['when_enrolled', false, 'done'],
    ['when_enrolled', true, 'second_factor'],
    ['required', true, 'second_factor'],
  ] as const)(
    'after a password, with the rule %s and a second factor %s, is %s',
    (secondFactor, has, kind) => {
      const next = nextStep(
        situation({
          steps: by('password'),
          demand: { secondFactor },
          hasSecondFactor: has,
          enrolled: has ? [proving.totp, proving.codes] : [],
        }),
      );
      expect(next.kind).toBe(kind);
    },
  );

  test('is nothing after a passkey that verified the person', () => {
    const next = nextStep(
      situation({
        steps: by('passkey'),
        demand: { secondFactor: 'required' },
        hasSecondFactor: true,
        enrolled: [proving.totp],
      }),
    );
    expect(next).toEqual({ kind: 'done' });
  });

  test('never takes the same kind twice', () => {
    const next = nextStep(
      situation({
        steps: by('password'),
        demand: { secondFactor: 'required' },
        enrolled: [proving.password, proving.email, proving.totp],
      }),
    );
    expect(next).toEqual({ kind: 'second_factor', methodIds: ['totp'] });
  });

  test('a remembered browser stands for the rule, not for a level', () => {
    const remembered = {
      steps: by('password'),
      isRemembered: true,
      hasSecondFactor: true,
      enrolled: [proving.totp],
    };
    expect(nextStep(situation(remembered)).kind).toBe('done');
    const level = nextStep(
      situation({ ...remembered, demand: { level: '2', secondFactor: 'when_enrolled' } }),
    );
    expect(level.kind).toBe('second_factor');
  });

  test('asks for what the person has, even if that is not enough, before anything may be added', () => {
    const demand = { level: '3', secondFactor: 'never' } as const;
    const some = situation({
      steps: by('password'),
      demand,
      enrolled: [proving.totp],
      enrollable: [proving.passkey],
    });
    expect(nextStep(some)).toEqual({ kind: 'second_factor', methodIds: ['totp'] });
    expect(nextStep({ ...some, steps: by('password', 'totp') })).toEqual({
      kind: 'enrol',
      methodIds: ['passkey'],
      laterLeft: 0,
    });
    expect(nextStep({ ...some, steps: by('password', 'totp'), enrollable: [] })).toEqual({ kind: 'unmet' });
  });

  test('a passkey in doubt is enough for a sign-in, and wants company for a change', () => {
    const doubted = situation({
      steps: by('passkey').map((step) => ({ ...step, isDoubted: true as const })),
      enrolled: [proving.passkey, proving.password, proving.codes],
      hasSecondFactor: true,
    });
    expect(nextStep(doubted)).toEqual({ kind: 'done' });
    const demand = { secondFactor: 'required', isForChange: true } as const;
    const methodIds = ['password', proving.codes.id];
    expect(nextStep({ ...doubted, demand })).toEqual({ kind: 'second_factor', methodIds });
    const both = [...doubted.steps, ...by('codes')];
    expect(nextStep({ ...doubted, demand, steps: both })).toEqual({ kind: 'done' });
    expect(nextStep({ ...doubted, demand, steps: by('passkey') })).toEqual({ kind: 'done' });
  });

  test('lets adding wait for a rule, and not for a level', () => {
    const none = situation({
      steps: by('password'),
      demand: { secondFactor: 'required' },
      enrollable: [proving.passkey, proving.totp],
    });
    expect(nextStep(none)).toEqual({ kind: 'enrol', methodIds: ['passkey', 'totp'], laterLeft: 3 });
    const level = { ...none, demand: { level: '2', secondFactor: 'required' } as const };
    expect(nextStep(level)).toEqual({ kind: 'enrol', methodIds: ['passkey', 'totp'], laterLeft: 0 });
  });
});
