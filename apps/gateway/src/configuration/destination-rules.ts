import type { GatewayConfiguration } from '@signalbox/schemas';

/** Services whose instances are preferred where they are near. */
export function servicesPreferringZone({ destinationRules }: GatewayConfiguration): readonly string[] {
  return Object.entries(destinationRules).flatMap(([service, { trafficPolicy }]) =>
    trafficPolicy.loadBalancer.localityLbSetting?.enabled === true ? [service] : [],
  );
}
