import { CLIENT_PROPERTIES } from './clients/clients.ts';
import { BUILT_IN_NOUNS, type PlugIns } from './contributions.ts';
import { builtInMethods } from './methods/built-in.ts';
import { claimSources } from './oidc/oidc.ts';
import { builtInSteps } from './required-steps/built-in.ts';

/** What every Gatehouse is made of. Beside `contributions.ts`, which commands and help need without all of this. */
export const BUILT_IN: PlugIns = {
  methods: builtInMethods,
  clientProperties: CLIENT_PROPERTIES,
  claimSources,
  requiredSteps: builtInSteps,
  nouns: BUILT_IN_NOUNS,
};
