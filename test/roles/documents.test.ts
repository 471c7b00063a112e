import { typeCommandsOf } from '../support/typed-commands.ts';

typeCommandsOf('test/roles/documents.test.ts');
