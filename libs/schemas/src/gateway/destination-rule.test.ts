import { describe, expect, it } from 'vitest';

import { GatewayConfiguration } from './gateway-configuration.ts';

const withRule = (loadBalancer: object) =>
  GatewayConfiguration.safeParse({ destinationRules: { orders: { trafficPolicy: { loadBalancer } } } });

const AT = 'destinationRules.orders.trafficPolicy.loadBalancer';

describe('a destination rule', () => {
  it('has the defaults that are documented', () => {
    expect(GatewayConfiguration.parse({ destinationRules: { orders: {} } }).destinationRules).toEqual({
      orders: { trafficPolicy: { loadBalancer: {} } },
    });
    expect(
      withRule({ consistentHash: { useSourceIp: true }, localityLbSetting: {}, warmup: { duration: '30s' } }).data
        ?.destinationRules['orders']?.trafficPolicy.loadBalancer,
    ).toEqual({
      consistentHash: { useSourceIp: true, ringHash: { minimumRingSize: 1_024 } },
      localityLbSetting: { enabled: true },
      warmup: { duration: 30_000, minimumPercent: 10, aggression: 1 },
    });
  });

  it.each([
    [{ simple: 'LEAST_CONN' }, `${AT}.simple`, 'expected one of "ROUND_ROBIN"|"LEAST_REQUEST"|"RANDOM"'],
    [
      { simple: 'RANDOM', consistentHash: { useSourceIp: true } },
      `${AT}.consistentHash`,
      'must not stand beside simple: a service has one or the other',
    ],
    [
      { consistentHash: {} },
      `${AT}.consistentHash`,
      'must have exactly one of httpHeaderName, httpCookie, useSourceIp, httpQueryParameterName',
    ],
    [
      { consistentHash: { httpHeaderName: 'X-User', useSourceIp: true } },
      `${AT}.consistentHash`,
      'must have exactly one of httpHeaderName, httpCookie, useSourceIp, httpQueryParameterName',
    ],
    [{ consistentHash: { httpHeaderName: 'X User' } }, `${AT}.consistentHash.httpHeaderName`, 'must be a name'],
    [{ consistentHash: { httpCookie: { name: 'cart', ttl: '1h' } } }, `${AT}.consistentHash.httpCookie`, '"ttl"'],
    [{ consistentHash: { useSourceIp: true, maglev: {} } }, `${AT}.consistentHash`, '"maglev"'],
    [
      { consistentHash: { useSourceIp: true, ringHash: { minimumRingSize: 65_537 } } },
      `${AT}.consistentHash.ringHash.minimumRingSize`,
      '65536',
    ],
    [{ localityLbSetting: { failover: [] } }, `${AT}.localityLbSetting`, '"failover"'],
    [{ warmup: {} }, `${AT}.warmup.duration`, 'expected string'],
    [{ warmup: { duration: '500ms' } }, `${AT}.warmup.duration`, 'must be from 1s to 24h'],
    [{ warmup: { duration: '25h' } }, `${AT}.warmup.duration`, 'must be from 1s to 24h'],
    [{ warmup: { duration: '30s', minimumPercent: 0 } }, `${AT}.warmup.minimumPercent`, '>=1'],
    [{ warmup: { duration: '30s', aggression: 0.5 } }, `${AT}.warmup.aggression`, '>=1'],
  ])('is refused with the place and the reason: %j', (loadBalancer, path, reason) => {
    const { error } = withRule(loadBalancer);

    expect(error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
    expect(error?.issues[0]?.message).toContain(reason);
  });

  it('is one of a service', () => {
    const { error } = GatewayConfiguration.safeParse({ destinationRules: { 'no service': {} } });

    expect(error?.issues[0]?.path).toEqual(['destinationRules', 'no service']);
  });

  it.each([
    { warmup: { duration: '1s', minimumPercent: 1, aggression: 1 } },
    { warmup: { duration: '24h', minimumPercent: 100, aggression: 10 } },
    { consistentHash: { useSourceIp: true, ringHash: { minimumRingSize: 1 } } },
    { consistentHash: { httpHeaderName: 'x'.repeat(256), ringHash: { minimumRingSize: 65_536 } } },
    { consistentHash: { httpQueryParameterName: 'x'.repeat(256) } },
  ])('goes as far as %j', (loadBalancer) => {
    expect(withRule(loadBalancer).success).toBe(true);
  });

  it.each([
    [{ warmup: { duration: '30s', minimumPercent: 101 } }, 'warmup.minimumPercent'],
    [{ warmup: { duration: '30s', aggression: 11 } }, 'warmup.aggression'],
    [
      { consistentHash: { useSourceIp: true, ringHash: { minimumRingSize: 0 } } },
      'consistentHash.ringHash.minimumRingSize',
    ],
    [{ consistentHash: { httpHeaderName: 'x'.repeat(257) } }, 'consistentHash.httpHeaderName'],
    [{ consistentHash: { httpQueryParameterName: 'x'.repeat(257) } }, 'consistentHash.httpQueryParameterName'],
    [{ consistentHash: { httpQueryParameterName: '' } }, 'consistentHash.httpQueryParameterName'],
  ])('goes no further: %j', (loadBalancer, path) => {
    expect(withRule(loadBalancer).error?.issues.map((issue) => issue.path.join('.'))).toEqual([`${AT}.${path}`]);
  });
});
