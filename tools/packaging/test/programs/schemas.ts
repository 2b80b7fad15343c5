import { deepEqual, equal } from 'node:assert/strict';

import { type InstanceStatus, isRoutable, Problem } from '@signalbox/schemas';

const status: InstanceStatus = 'draining';
equal(isRoutable(status), false);
const problem: Problem = { type: 'about:blank', title: 'Not Found', status: 404, detail: 'no orders', code: 'x/y' };
deepEqual(Problem.parse(problem), problem);
