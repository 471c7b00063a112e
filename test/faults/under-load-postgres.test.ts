import { breakUnderLoad } from './under-load.ts';

breakUnderLoad({ withRedis: false });
