interface Outcome {
  /** What begins a command of compose. */
  readonly compose: string;
  readonly url: string;
  readonly receipt: string;
}

/** What a person sees once the shop runs and has sold something. */
export function welcome({ compose, url, receipt }: Outcome): string {
  return `
${receipt.trimEnd()}

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
