/**
 * The rooms of each app, highest first: a file imports from its own row and from rows below it, never from above.
 * Rooms in one row do not know each other. `besideRooms` implement interfaces owned by the rooms they may see;
 * only `app.ts` knows them. `config.ts` (settings) may be read by main, healthcheck and app alone.
 */
const apps = [
  {
    root: 'apps/config-server',
    rows: [['main', 'healthcheck'], ['app'], ['http', 'ws'], ['editing', 'refresh']],
    besideRooms: ['sources', 'audit'],
  },
  {
    root: 'apps/registry',
    rows: [['main', 'healthcheck'], ['app'], ['http', 'watch-socket'], ['watch'], ['leases', 'checks'], ['catalog']],
    besideRooms: ['store'],
  },
  {
    root: 'apps/gateway',
    rows: [
      ['main', 'healthcheck'],
      ['app'],
      ['admin', 'configuration'],
      ['proxy'],
      ['filters'],
      ['upstreams'],
      ['http1', 'routing'],
      ['deadlines'],
    ],
    besideRooms: [],
  },
  {
    root: 'apps/cli',
    rows: [['main'], ['commands'], ['findings', 'env-file']],
    besideRooms: ['sources'],
  },
];

const DOMAIN_ROWS_START = 2;

/** One flat-config block per room: a later block would replace an earlier one for the same rule and file. */
export function roomBlocks() {
  return apps.flatMap((app) => {
    const rooms = [
      ...app.rows.flatMap((row, depth) => row.map((room) => ({ room, forbidden: forbiddenFrom(app, depth, room) }))),
      ...app.besideRooms.map((room) => ({
        room,
        forbidden: ['main', 'app', 'config', ...app.rows[DOMAIN_ROWS_START]],
      })),
    ];
    return rooms.map(({ room, forbidden }) => roomBlock(app.root, room, forbidden));
  });
}

function forbiddenFrom(app, depth, room) {
  const above = app.rows.slice(0, depth).flat();
  const siblings = app.rows[depth].filter((name) => name !== room);
  const beside = depth >= DOMAIN_ROWS_START ? [...app.besideRooms, 'config'] : [];
  return [...above, ...siblings, ...beside];
}

function roomBlock(root, room, forbidden) {
  const regex = `^(\\.\\./)+(${forbidden.join('|')})(/|\\.ts$)|^\\./(${forbidden.join('|')})\\.ts$`;
  const patterns =
    forbidden.length === 0 ? [] : [{ regex, message: `${room} may not import from: ${forbidden.join(', ')}` }];
  return {
    files: [`${root}/src/${room}.ts`, `${root}/src/${room}/**/*.ts`],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns }] },
  };
}
