import { lookAtPages } from './looks.ts';

lookAtPages('phone');
