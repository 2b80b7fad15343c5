import { describe, expect, it } from 'vitest';

import { CircuitBreakerRegistry } from './circuit-breaker-registry.ts';

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

  it('names an option that cannot be', () => {
    expect(() => new CircuitBreakerRegistry({ maxBreakers: 0 })).toThrow(
      new RangeError('CircuitBreakerRegistry maxBreakers: must be an integer from 1 to 1000000, not 0'),
    );
    expect(new CircuitBreakerRegistry({ maxBreakers: undefined, create: undefined }).get('a').name).toBe('a');
  });
});
