import type { Html } from '../views/html.ts';
import type {
  MethodFront,
  MethodPlatform,
  MethodPlugIn,
  PasskeysOfBrowser,
  PasswordOfPerson,
  PersonalData,
  PluggedMethod,
} from './plug-in.ts';

export type PluggedMethods = ReturnType<typeof plugInMethods>;

/**
 * Builds every method, each of its own section, and puts together what they bring. Throws when there is no method by
 * which people choose a password: invitations, recovery and the first administrator end with one.
 */
export function plugInMethods(plugIns: readonly MethodPlugIn[], platform: MethodPlatform) {
  const sections = platform.config as unknown as Readonly<Record<string, unknown>>;
  const plugged: readonly PluggedMethod[] = plugIns.map((plugIn) =>
    plugIn.create(platform, sections[plugIn.config?.section ?? '']),
  );
  const password = plugged.map((each) => each.password).find((each) => each !== undefined);
  if (!password) throw new Error('no sign-in method is a password');

  return {
    ...contributionsOf(plugIns),
    /** Those by which people can sign in here. */
    methods: plugged.filter(({ isOffered = true }) => isOffered).map(({ method }) => method),
    password: password as PasswordOfPerson,
    /** Absent when there are none here. */
    passkeys: plugged.map((each) => each.passkeys).find((each) => each !== undefined) as
      | PasskeysOfBrowser
      | undefined,
    /** For `access.end`: what they have sent out and wait for. */
    proofs: plugged.map(({ endAllOf }) => ({ endAllOf })),
    routes: (front: MethodFront) => plugged.flatMap(({ routes }) => routes?.(front) ?? []),
    /** How many requests they hold up for want of a processor. */
    waiting: () => plugged.reduce((sum, { waiting }) => sum + (waiting?.() ?? 0), 0),
  };
}

/** What plug-ins bring before any of them is built. */
export function contributionsOf(plugIns: readonly MethodPlugIn[]) {
  return {
    personalData: Object.assign({}, ...plugIns.map((each) => each.personalData)) as PersonalData,
    sealedColumns: plugIns.flatMap(({ sealedColumns = [] }) => sealedColumns),
    sweeps: plugIns.flatMap(({ sweeps = [] }) => sweeps),
    icons: new Map<string, Html>(plugIns.flatMap(({ id, icon }) => (icon ? [[id, icon]] : []))), // one for each method
  };
}
