interface Outcome {
  /** What begins a command of compose. */
  readonly compose: string;
  readonly url: string;
}

/** What a person sees once the shop runs and has stood its trial. */
export function welcome({ compose, url }: Outcome): string {
  return `
The shop runs, and goes on running.

  the shop        ${url}/
  its password    docker/secrets/shop-password, of the customer alice

Worth trying:

  curl ${url}/api/orders
  ${compose} ps
  ${compose} logs --follow worker
  ${compose} up --detach --no-build --scale worker=5

npm run demo -- --down takes it away.
`;
}
