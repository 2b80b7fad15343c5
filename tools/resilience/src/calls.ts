/** What calls the service. */
export interface Calls {
  call(): Promise<unknown>;
  /** Requests sent so far, by the id of the instance that they were sent to; undefined where nobody counts them. */
  readonly attempts?: ReadonlyMap<string, number>;
}
