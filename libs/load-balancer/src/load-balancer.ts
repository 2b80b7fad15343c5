/** What can be chosen. */
export interface Endpoint {
  /** Unique within a set, and the same from choice to choice. */
  readonly id: string;
  /** Share of the choices relative to the others: an integer of zero or more. Zero is chosen only where all have zero. */
  readonly weight: number;
}

/** Chooses one endpoint of a set that may be another at every call. Its own state is all that it keeps between calls. */
export interface LoadBalancer {
  /** One of the endpoints that are not excluded; undefined when there is none. */
  choose<E extends Endpoint>(endpoints: readonly E[], excluded?: ReadonlySet<string>): E | undefined;
}
