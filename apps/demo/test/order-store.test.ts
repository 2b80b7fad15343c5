import { OrderStore } from '../src/orders/order-store.ts';
import { describeOrderStore } from './order-store.conformance.ts';

describeOrderStore('orders in SQLite', () => OrderStore.open({ kind: 'sqlite', file: ':memory:' }));
