import { typeCommandsOf } from '../support/typed-commands.ts';

typeCommandsOf('test/launcher/documents.test.ts');
