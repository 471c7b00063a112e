import { lookAtEveryPage } from './looks.ts';

lookAtEveryPage('320 pixels, German');
