import { defineConfig } from 'vitest/config';
import base from '../vitest.config.ts';

/**
 * `npm run test:quick`: what most mistakes break, in under two minutes on two free cores. One journey for each way to sign
 * in, the protocol from the request to the token, the commands, pages and settings, all on SQLite: nothing is installed and no
 * service or browser started.
 */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: [
      'test/{architecture,collections,config,expressions}.test.ts',
      'test/{lib,i18n,interaction,observability,secrets}/*.test.ts',
      'test/http/{body,client-address,csrf,error-class,outgoing,security-headers,server,static}.test.ts',
      'test/database/{migrate,server-lock,sqlite}.test.ts',
      'test/{cli/cli,deeds/deeds,clients/clients,users/users,keys/keys,audit/events}.test.ts',
      'test/methods/{contract,backup-codes/backup-codes,password/policy}.test.ts',
      // Whole journeys: one for each way to sign in, then what is around them.
      'test/flows/{password-step,passkey,totp,sign-in-email,second-factor,sign-in,upstream}.test.ts',
      'test/oidc/{authorization-code,pkce,refusals,profiles,jwt-verifier,call-order}.test.ts',
      'test/{account/account,registration/registration,recovery/set-password}.test.ts',
      'test/process/{jobs,shutdown,welcome}.test.ts',
      'test/views/{views,html,translation,brand-color}.test.ts',
    ],
    globalSetup: ['test/support/run-folder.ts'],
    env: { TEST_STORAGES: 'sqlite' },
  },
});
