import { describe, expect, it } from 'vitest';

import { CircuitBreakerRegistry, type CircuitBreakerRegistryOptions } from './circuit-breaker-registry.ts';
import { CircuitBreaker } from './circuit-breaker.ts';

const namesOf = (breakers: CircuitBreakerRegistry) => [...breakers].map(({ name }) => name);

describe('CircuitBreakerRegistry', () => {
  it('keeps one breaker for each key, named by it', () => {
    const breakers = new CircuitBreakerRegistry();

    expect(breakers.get('a')).toBe(breakers.get('a'));
    expect(breakers.get('a')).not.toBe(breakers.get('b'));
    expect(breakers.get('b').snapshot()).toMatchObject({ name: 'b', failureThreshold: 5, recoveryTimeoutMs: 60_000 });
  });

  it('keeps a thousand by default', () => {
    const breakers = new CircuitBreakerRegistry();
    for (let i = 0; i <= 1_000; i++) {
      breakers.get(String(i));
    }

    expect(breakers.size).toBe(1_000);
  });

  it('lets go of the one that was asked for least recently', () => {
    const breakers = new CircuitBreakerRegistry({ maxBreakers: 2 });
    breakers.get('a');
    breakers.get('b');
    breakers.get('a');
    breakers.get('c');

    expect(namesOf(breakers)).toEqual(['a', 'c']);
  });

  it('keeps what is not closed before what is, and what is isolated before all', () => {
    const breakers = new CircuitBreakerRegistry({ maxBreakers: 3 });
    const open = breakers.get('open');
    for (let i = 0; i < 5; i++) {
      open.tryAcquire()?.failed();
    }
    breakers.get('isolated').isolate();
    breakers.get('closed');

    breakers.get('new');
    expect(namesOf(breakers)).toEqual(['open', 'isolated', 'new']);
    breakers.get('new').isolate();
    breakers.get('newer');
    expect(namesOf(breakers)).toEqual(['isolated', 'new', 'newer']);
    breakers.get('newer').isolate();
    breakers.get('newest');
    expect(namesOf(breakers)).toEqual(['new', 'newer', 'newest']);
  });

  it('forgets a breaker on request', () => {
    const breakers = new CircuitBreakerRegistry();
    const first = breakers.get('a');

    expect(breakers.delete('a')).toBe(true);
    expect(breakers.delete('a')).toBe(false);
    expect(breakers.get('a')).not.toBe(first);
  });

  it('forgets none for a key whose breaker can not be made', () => {
    const create = (key: string) => (key === 'a' ? new CircuitBreaker({ name: key }) : undefined);
    const options = { maxBreakers: 1, create } as CircuitBreakerRegistryOptions; // as without types
    const breakers = new CircuitBreakerRegistry(options);
    breakers.get('a');

    expect(() => breakers.get('b')).toThrow(
      new TypeError('CircuitBreakerRegistry create: must make a CircuitBreaker, not undefined'),
    );
    expect(namesOf(breakers)).toEqual(['a']);
  });

  it.each([0, -1, 1.5, NaN, 1_000_001])('refuses to keep %d', (maxBreakers) => {
    expect(() => new CircuitBreakerRegistry({ maxBreakers })).toThrow(
      new RangeError(`CircuitBreakerRegistry maxBreakers: must be an integer from 1 to 1000000, not ${maxBreakers}`),
    );
  });

  it.each([
    [null, 'CircuitBreakerRegistry options: must be of type object, not null'],
    [{ maxBreakers: '5' }, 'CircuitBreakerRegistry maxBreakers: must be of type number, not "5"'],
    [{ create: 'a' }, 'CircuitBreakerRegistry create: must be of type function, not "a"'],
    [{ max: 5 }, 'CircuitBreakerRegistry: has no option "max"; there are create, maxBreakers'],
  ])('refuses %j', (options, message) => {
    const create = () => Reflect.construct(CircuitBreakerRegistry, [options]) as unknown;

    expect(create).toThrow(new TypeError(message));
  });

  it('has its defaults where an option is undefined, and takes the largest', () => {
    expect(new CircuitBreakerRegistry({ maxBreakers: undefined, create: undefined }).get('a').name).toBe('a');
    expect(new CircuitBreakerRegistry({ maxBreakers: 1_000_000 }).size).toBe(0);
  });
});
