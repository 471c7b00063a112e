import { isOfAccount, lookAtPages } from './looks.ts';

lookAtPages('desktop', (screen) => !isOfAccount(screen));
