import { lookAtEveryPage } from './looks.ts';

lookAtEveryPage('dark');
