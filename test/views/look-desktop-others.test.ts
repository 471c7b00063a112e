import { isOfAccount, isOfInteraction, lookAtPages } from './looks.ts';

lookAtPages('desktop', (screen) => !isOfAccount(screen) && !isOfInteraction(screen));
