export { type Failure, judge, type Judgement } from './judge.ts';
