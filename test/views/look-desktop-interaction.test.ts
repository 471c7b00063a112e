import { isOfInteraction, lookAtPages } from './looks.ts';

lookAtPages('desktop', isOfInteraction);
