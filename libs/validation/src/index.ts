export { type Failure, judge, type Judgement, type LocatedViolation } from './judge.ts';
export { fromPointer } from './json-pointer.ts';
export { isShowable } from './showable.ts';
export { holdsSecretReference } from './secret-reference.ts';
