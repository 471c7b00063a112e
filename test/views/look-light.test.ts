import { lookAtEveryPage } from './looks.ts';

lookAtEveryPage('light');
