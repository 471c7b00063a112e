import type { Clock } from '../lib/clock.ts';
import { checkApiKeys } from './api-keys.ts';
import { checkBrand } from './brand.ts';
import type { DoctorConfig } from './config.ts';
import type { Finding } from './finding.ts';
import { checkInstallation } from './installation.ts';
import { checkDisk, checkSecretKeyFile } from './machine.ts';
import { checkIssuer, judgeTrust } from './outside.ts';
import { checkRequiredSteps } from './required-steps.ts';
import { checkRoles } from './roles.ts';
import {
  checkAddresses,
  checkKeys,
  checkMail,
  checkMetrics,
  checkNames,
  checkRedis,
  openDatabase,
} from './stores.ts';
import { checkUpstream } from './upstream.ts';

export type { Finding, Level } from './finding.ts';

export type Patient = Parameters<typeof openDatabase>[0] &
  Parameters<typeof checkRedis>[0] &
  Parameters<typeof checkMail>[0] &
  Parameters<typeof checkMetrics>[0] &
  Parameters<typeof checkBrand>[0] &
  Parameters<typeof checkRequiredSteps>[0] &
  Parameters<typeof checkIssuer>[0]['config'] &
  Parameters<typeof checkUpstream>[0]['config'] &
  Parameters<typeof checkApiKeys>[0]['config'] &
  Parameters<typeof checkKeys>[0]['config'] & { doctor: DoctorConfig };

/**
 * Looks at everything that an installation needs, and changes nothing: no table is made, no mail is sent. Never throws;
 * what cannot be looked at is a finding. `isOffline`: without asking the issuer's address, or a provider's.
 */
export async function examine(
  config: Patient,
  { clock, isOffline = false }: { clock: Clock; isOffline?: boolean },
): Promise<Finding[]> {
  const { findings, db } = await openDatabase(config, clock);
  const inside = async () => {
    try {
      if (!db) return [];
      const installation = await checkInstallation(config, db);
      const accounts = [
        ...(await checkAddresses(db)),
        ...(await checkNames(db)),
        ...(await checkRoles({ db, clock })),
        ...(await checkRequiredSteps(config, db)),
      ];
      const upstream = await checkUpstream({ config, db, clock, isOffline });
      const keys = [
        ...(await checkKeys({ config, db, clock })),
        ...(await checkApiKeys({ config, db, clock })),
      ];
      return [...keys, ...installation, ...accounts, ...upstream];
    } finally {
      await db?.close();
    }
  };
  const groups = await Promise.all([
    checkSecretKeyFile(config),
    checkDisk(config),
    findings,
    inside(),
    checkRedis(config, clock),
    checkMail(config),
    checkMetrics(config),
    checkBrand(config),
    judgeTrust(config),
    isOffline ? [] : checkIssuer({ config, clock }),
  ]);
  return groups.flat();
}
