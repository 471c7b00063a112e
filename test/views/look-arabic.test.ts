import { lookAtEveryPage } from './looks.ts';

lookAtEveryPage('right-to-left, Arabic');
