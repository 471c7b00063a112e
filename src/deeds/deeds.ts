export { commandOf, commandsOf } from './command.ts';
export {
  type Deed,
  type DeedOf,
  defineDeed,
  type Permission,
  type Problem,
  perform,
  problemsOf,
  type Surroundings,
} from './deed.ts';
export { deedInvalid } from './errors.ts';
export { asOption, type OptionForm, secret } from './fields.ts';
export { onlyIfVersion, type Page, type PageWish, pageFields, pageOf, showPage } from './page.ts';
