import process from 'node:process';
import * as undici8 from 'undici';
import * as undici7 from 'undici-7';
import { describe, expect, it } from 'vitest';

import { NoInstancesError, type ServiceCaller } from '../src/index.ts';
import { answering, callerOf, hastyCallerOf, listen } from './calls.ts';
import { URL_OF_PRODUCTS } from './dispatching.ts';
import { anInstance } from './fake-registry.ts';

const neverAsked: (options: object, handler: object) => boolean = () => true;

/** Sends requests whose host is the name of a service, over an agent that never gets one. */
function calling(services: ServiceCaller) {
  const intercept = services.interceptor()(neverAsked);
  return (url: string) => {
    const { promise, reject } = Promise.withResolvers<never>();
    try {
      intercept(
        { origin: new URL(url).origin, path: '/', method: 'GET' },
        {
          onRequestStart: () => undefined,
          onResponseError: (_controller: unknown, error: Error) => {
            reject(error);
          },
        },
      );
    } catch (error) {
      reject(error);
    }
    return promise;
  };
}

describe('an interceptor', () => {
  it.each([
    ['8', new undici8.Agent()],
    ['7', new undici7.Agent()],
  ])('over an agent of undici %s goes with the fetch of this Node', async (_release, agent) => {
    await using server = await listen(answering([503]));
    await using mine = await hastyCallerOf([anInstance({ port: server.port })]);
    const dispatcher: unknown = mine.services.dispatcher('products', agent);

    const answer = await fetch(URL_OF_PRODUCTS, { dispatcher, method: 'DELETE' } as RequestInit); // the types of Node's undici differ

    expect(answer.status).toBe(200);
    await answer.text();
    await agent.destroy();
  });

  it('refuses a request of a release that speaks otherwise, which would wait for ever', async () => {
    await using mine = await callerOf([anInstance()]);
    const intercept = mine.services.interceptor()(neverAsked);

    expect(() =>
      intercept({ origin: 'http://products', path: '/', method: 'GET' }, { onConnect: () => undefined }),
    ).toThrow('the request comes from a release of undici that the agent does not go with');
  });

  it('of a deadline out of range is refused', async () => {
    await using mine = await callerOf([]);
    const agent = new undici8.Agent();

    expect(() => mine.services.dispatcher('products', agent, { deadlineMs: 0 })).toThrow('deadlineMs: must be from 1');
    expect(() => mine.services.interceptor({ deadlineMs: 0 })).toThrow('deadlineMs: must be from 1');
    await agent.close();
  });

  it('makes room for another service by giving up the one that was called the longest ago, but for one that is held', async () => {
    await using mine = await callerOf([], { maxServices: 2 });
    const held = mine.services.fetch('products');
    const call = calling(mine.services);
    await mine.registry.requests.next();
    await expect(call('http://orders/')).rejects.toThrow(NoInstancesError);

    await expect(call('http://inventory/')).rejects.toThrow(NoInstancesError);

    await expect(held('/')).rejects.toThrow(NoInstancesError);
    const said = [
      await mine.registry.requests.next(),
      await mine.registry.requests.next(),
      await mine.registry.requests.next(),
    ];
    expect(said.map(({ type, service }) => `${type} ${service}`)).toEqual([
      'watch orders',
      'unwatch orders',
      'watch inventory',
    ]);
  });

  it('gives up no service for a name that can not be, and none that is held', async () => {
    await using mine = await callerOf([], { maxServices: 1 });
    const call = calling(mine.services);
    await expect(call('http://orders/')).rejects.toThrow(NoInstancesError);

    await expect(call('http://[::1]/')).rejects.toThrow(/^service must be /);
    mine.services.close();
    await using other = await callerOf([], { maxServices: 1 });
    other.services.fetch('products');

    await expect(calling(other.services)('http://orders/')).rejects.toThrow('"orders" is one more');
  });

  it('warns of a handler that throws when it is told of a failure, and goes on', async () => {
    await using mine = await callerOf([]);
    const intercept = mine.services.interceptor()(neverAsked);
    const { promise: warned, resolve } = Promise.withResolvers<Error>();
    process.once('warning', resolve);
    const mistake = new Error('the mistake of a handler');

    intercept(
      { origin: 'http://products', path: '/', method: 'GET' },
      {
        onRequestStart: () => undefined,
        onResponseError: () => {
          throw mistake;
        },
      },
    );

    expect(await warned).toBe(mistake);
  });
});
