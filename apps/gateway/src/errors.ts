/** A set of routes that can't be served: the table in use stays. */
export class RoutesInvalidError extends Error {
  override readonly name = 'RoutesInvalidError';
  readonly code = 'GATEWAY_ROUTES_INVALID';
  readonly route: string;
  readonly reason: string;

  constructor(route: string, reason: string) {
    super(`route "${route}" ${reason}`);
    this.route = route;
    this.reason = reason;
  }
}
