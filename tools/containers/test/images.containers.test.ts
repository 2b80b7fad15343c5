import { Wait } from 'testcontainers';
import { describe, expect, it } from 'vitest';

import { imageNames } from '@signalbox/testkit';

import { exitCodeAfterStop, outputOf, ownContainer } from './containers.ts';

// What is asked here of an image that was built on this machine holds for the official one that it stands in for.

describe(imageNames.node, () => {
  it('has Node, npm and an ordinary user with a home', async () => {
    await using container = await ownContainer(imageNames.node)
      .withCommand(['--eval', 'setInterval(() => {}, 1000); console.log("running")'])
      .withWaitStrategy(Wait.forLogMessage('running'))
      .start();

    expect(await outputOf(container, ['node', '--version'])).toMatch(/^v26\./);
    expect(await outputOf(container, ['npm', '--version'])).toMatch(/^11\./);
    expect(await outputOf(container, ['id', 'node'])).toBe('uid=1000(node) gid=1000(node) groups=1000(node)');
    expect(await outputOf(container, ['stat', '--format', '%U', '/home/node'])).toBe('node');
  });

  it('becomes the command that it is given', async () => {
    await using container = await ownContainer(imageNames.node)
      .withCommand(['sh', '-c', 'echo "I am $$"; exit 7'])
      .withWaitStrategy(Wait.forLogMessage('I am 1'))
      .start();

    expect(await exitCodeAfterStop(container)).toBe(7);
  });
});

describe(imageNames.postgres, () => {
  const IS_PREPARED = Wait.forLogMessage('database system is ready to accept connections', 2);

  it('reads secrets from files and runs what prepares the database, once', async () => {
    await using container = await ownContainer(imageNames.postgres)
      .withEnvironment({ POSTGRES_USER: 'shop', POSTGRES_PASSWORD_FILE: '/run/password', POSTGRES_DB: 'orders' })
      .withCopyContentToContainer([
        { target: '/run/password', content: 'from a file\n' },
        { target: '/docker-entrypoint-initdb.d/1.sql', content: 'create table prepared as select 1 as value;' },
        {
          target: '/docker-entrypoint-initdb.d/2.sh',
          content: 'psql -U shop orders -c "insert into prepared values (2)"',
        },
      ])
      .withWaitStrategy(Wait.forSuccessfulCommand('pg_isready --host 127.0.0.1'))
      .start();
    const query = [
      'psql',
      '-U',
      'shop',
      'orders',
      '--tuples-only',
      '--no-align',
      '-c',
      'select sum(value) from prepared',
    ];

    expect(await outputOf(container, query)).toBe('3');
    await container.restart();
    expect(await outputOf(container, query)).toBe('3');
  });

  it('asks whoever comes from outside for the password', async () => {
    await using container = await ownContainer(imageNames.postgres)
      .withEnvironment({ POSTGRES_PASSWORD: 'secret', POSTGRES_INITDB_ARGS: '--no-sync' })
      .withWaitStrategy(IS_PREPARED)
      .start();
    const query = `psql --host $(hostname -i) --username postgres --no-password --tuples-only --no-align -c 'select 1'`;

    expect(await outputOf(container, ['sh', '-c', query])).toContain('no password supplied');
    expect(await outputOf(container, ['sh', '-c', `PGPASSWORD=secret ${query}`])).toBe('1');
  });

  it('refuses to begin without a password', async () => {
    await using container = await ownContainer(imageNames.postgres)
      .withWaitStrategy(Wait.forLogMessage('superuser password is not specified'))
      .start();

    expect(await exitCodeAfterStop(container)).toBe(1);
  });

  it('shuts down in order when it is stopped', async () => {
    await using container = await ownContainer(imageNames.postgres)
      .withEnvironment({ POSTGRES_PASSWORD: 'secret', POSTGRES_INITDB_ARGS: '--no-sync' })
      .withWaitStrategy(IS_PREPARED)
      .start();

    expect(await exitCodeAfterStop(container)).toBe(0);
  });
});

describe(imageNames.redis, () => {
  const IS_READY = Wait.forLogMessage('Ready to accept connections');

  it('runs as its own user, open to other containers', async () => {
    await using container = await ownContainer(imageNames.redis).withWaitStrategy(IS_READY).start();

    expect(await outputOf(container, ['sh', '-c', 'redis-cli -h $(hostname -i) ping'])).toBe('PONG');
    expect(await outputOf(container, ['stat', '--format', '%U', '/proc/1'])).toBe('redis');
  });

  it('takes a configuration file and options', async () => {
    await using container = await ownContainer(imageNames.redis)
      .withCopyContentToContainer([{ target: '/etc/shop.conf', content: 'maxclients 77\n' }])
      .withCommand(['/etc/shop.conf', '--databases', '3'])
      .withWaitStrategy(IS_READY)
      .start();

    expect(await outputOf(container, ['redis-cli', 'config', 'get', 'maxclients'])).toContain('77');
    expect(await outputOf(container, ['redis-cli', 'config', 'get', 'databases'])).toContain('3');
    expect(await outputOf(container, ['sh', '-c', 'redis-cli -h $(hostname -i) ping'])).toBe('PONG');
  });

  it('shuts down in order when it is stopped', async () => {
    await using container = await ownContainer(imageNames.redis).withWaitStrategy(IS_READY).start();

    expect(await exitCodeAfterStop(container)).toBe(0);
  });
});
