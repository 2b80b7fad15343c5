import { isIP, type LookupFunction } from 'node:net';

import { grpcProbe, httpProbe, type Probe, tcpProbe } from '@signalbox/health-checker';

import type { CheckDefinition, Registration } from '../catalog/registration.ts';
import type { Networks } from './networks.ts';

import { CheckAddressRefusedError } from '../errors.ts';

export interface Reach {
  readonly networks: Networks;
  /** Answers with addresses within the networks alone. */
  readonly lookup: LookupFunction;
}

/** A check of an instance as a probe that goes nowhere but where it may. */
export function checkProbe(registration: Registration, check: CheckDefinition, reach: Reach): Probe {
  if (!mayReach(registration, reach.networks)) {
    const output = new CheckAddressRefusedError(registration.address).message;
    return () => Promise.resolve({ status: 'fail', output });
  }
  const { port } = registration;
  const { lookup } = reach;
  const url = urlOf(registration);
  switch (check.type) {
    case 'http':
      return httpProbe({ url: `${url}${check.path}`, lookup });
    case 'tcp':
      return tcpProbe({ host: hostnameOf(url), port, lookup });
    case 'grpc':
      return grpcProbe({ host: hostnameOf(url), port, service: check.service, tls: check.tls, lookup });
  }
}

/** Throws CheckAddressRefusedError where it is plain before any look-up that no check of this registration may be run. */
export function refuseUnreachable(registration: Registration, networks: Networks): void {
  if (registration.checks.length > 0 && !mayReach(registration, networks)) {
    throw new CheckAddressRefusedError(registration.address);
  }
}

/** Judged as a URL reads it, for to a URL `2130706433` and `127.1` are addresses, which no look-up would be asked about. */
function mayReach(registration: Registration, networks: Networks): boolean {
  const url = urlOf(registration);
  if (!URL.canParse(url)) {
    return false;
  }
  const hostname = hostnameOf(url);
  return isIP(hostname) === 0 || networks.includes(hostname);
}

function urlOf({ scheme, address, port }: Registration): string {
  const host = isIP(address) === 6 ? `[${address}]` : address;
  return `${scheme === 'https' ? 'https' : 'http'}://${host}:${port}`;
}

/** Without the brackets of an IPv6 address. */
function hostnameOf(url: string): string {
  return new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
}
