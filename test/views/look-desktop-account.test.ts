import { isOfAccount, lookAtPages } from './looks.ts';

lookAtPages('desktop', isOfAccount);
