interface Outcome {
  readonly name: string;
  readonly url: string;
  readonly receipt: string;
}

/** What a person sees once the shop runs and has sold something. */
export function welcome({ name, url, receipt }: Outcome): string {
  const compose = `docker compose --project-name ${name} --file docker/compose.yaml`;
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
