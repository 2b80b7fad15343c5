export { type Failure, judge, type Judgement } from './judge.ts';
export { type Flaw, flawsOf } from './flaws.ts';
export { fromPointer } from './json-pointer.ts';
export { holdsSecretReference } from './secret-reference.ts';
export { isShowable } from './showable.ts';
