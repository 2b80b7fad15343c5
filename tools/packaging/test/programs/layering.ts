import { deepEqual, equal } from 'node:assert/strict';

import { composeConfiguration, treeOf } from '@signalbox/layering';
import { formatKeyPath, type KeyPath } from '@signalbox/layering/keys';

const tree = treeOf({ 'common/default.yaml': 'a: 1\n', 'orders/production.yaml': 'b: 2\n' });
const { values } = composeConfiguration(tree, { service: 'orders', environment: 'production' });
deepEqual(JSON.stringify(values), '{"a":1,"b":2}');
const path: KeyPath = ['db', 'pool.size'];
equal(formatKeyPath(path), 'db["pool.size"]');
