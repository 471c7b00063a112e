import type { AddedLately } from '../../views/layout/added-lately.ts';
import type { LostDeviceForm, WaitingRemoval } from '../../views/layout/lost-device.ts';
import type { Frame } from './page.ts';

/** The people, apps and moments that the samples of all views are made of. */

/** What `http/page.ts` adds to each answer, as an installation with everything set would have it. */
export const sampleFrame: Frame = {
  issuer: 'https://auth.acme.example',
  base: '',
  locale: 'en',
  nonce: 'bm9uY2Utb2YtMTI4LWJpdHM',
  csrf: 'q1w2e3r4t5z6u7i8o9p0a1s2d3f4g5h6j7k8l9y0x1c2v3b4n5m6Q7W8E9R0T1Z2U3I4O5P6A7S8D9F0G1H2',
  here: '/interaction/Jx3vVbS1cM0yq7?app=Ym9va3M.key_1.mac',
  brand: {
    name: 'Acme',
    helpUrl: 'https://acme.example/help',
    privacyUrl: 'https://acme.example/privacy',
  },
};

export function ana() {
  return { name: 'Ana Lopes', email: 'ana@example.com' };
}

export function books() {
  return {
    name: 'Books',
    host: 'books.example',
    policyUrl: 'https://books.example/privacy',
    termsUrl: 'https://books.example/terms',
  };
}

/** The same app with a picture and a colour of its own. */
export function brandedBooks() {
  return { ...books(), logo: 'q1w2e3r4t5z6u7i8o9p0a1.svg', color: '#7a1fa2' };
}

export function noon(): number {
  return Date.UTC(2026, 10, 20, 12, 0);
}

/** Two credentials that were added in the last 30 days. */
export function sampleAdded(): AddedLately[] {
  const removeUrl = '/account/security/passkey/remove?credential=pk1';
  return [
    { method: 'passkey', name: 'Pixel 9 · Google Password Manager', createdAt: noon(), removeUrl },
    { method: 'backup-codes', name: 'backup-codes', createdAt: noon() - 86_400_000, removeUrl },
  ];
}

/** What the page of each method has when it is asked for as a second factor. */
export function sampleSecondFactor() {
  return {
    step: { done: 2, total: 3 },
    app: books(),
    person: ana(),
    others: [
      { method: 'passkey', href: '/interaction/Jx3vVbS1cM0yq7/passkey', isLastUsed: true },
      {
        method: 'backup-codes',
        href: '/interaction/Jx3vVbS1cM0yq7/backup-codes',
        isLastUsed: false,
        count: 7,
      },
    ],
    switchAction: '/interaction/Jx3vVbS1cM0yq7/switch',
    cancelAction: '/interaction/Jx3vVbS1cM0yq7/cancel',
    rememberDeviceDays: 30,
  };
}

/** The form for who has lost a device. */
export function sampleLostDevice(): LostDeviceForm {
  return {
    action: '/account/lost-device',
    methodIds: ['passkey', 'totp', 'backup-codes'],
    chosen: ['totp'],
    asksPassword: false,
    email: 'ana@example.com',
    delaySeconds: 259_200,
    errors: [],
    cancelUrl: '/account/security',
  };
}

/** A request to remove what was lost. */
export function sampleRemoval(): WaitingRemoval {
  return {
    methodIds: ['totp', 'backup-codes'],
    when: noon(),
    network: '203.0.113.7',
    dueAt: noon() + 259_200_000,
  };
}
