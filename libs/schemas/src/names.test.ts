import { describe, expect, it } from 'vitest';

import { EnvironmentName, InstanceId, Label, ServiceName } from './names.ts';

describe('ServiceName', () => {
  it.each(['orders', 'orders-canary', 'a', 'A.b_c-1', 'x'.repeat(63)])('takes %s', (name) => {
    expect(ServiceName.safeParse(name).success).toBe(true);
  });

  it.each(['', '-a', 'a-', '.git', 'a..b', 'a/b', 'a b', 'a\n', '../x', 'ä', 'x'.repeat(64)])(
    'refuses "%s"',
    (name) => {
      expect(ServiceName.safeParse(name).success).toBe(false);
    },
  );
});

describe('InstanceId', () => {
  it('goes as far as 128 characters', () => {
    expect(InstanceId.safeParse('x'.repeat(128)).success).toBe(true);
    expect(InstanceId.safeParse('x'.repeat(129)).success).toBe(false);
  });
});

describe('EnvironmentName', () => {
  it('goes as far as 63 characters', () => {
    expect(EnvironmentName.safeParse('x'.repeat(63)).success).toBe(true);
    expect(EnvironmentName.safeParse('x'.repeat(64)).success).toBe(false);
  });
});

describe('a refused name', () => {
  const messageFor = (text: string) =>
    InstanceId.safeParse(text)
      .error?.issues.map(({ message }) => message)
      .join('; ');

  it.each([
    ['has a character that no name has', 'a b', '"a b"'],
    ['is empty', '', '""'],
    ['has two dots in a row', 'a..b', '"a..b"'],
    ['has control and invisible characters', 'a\n\u202e', String.raw`"a\n\u{202e}"`],
    ['is too long, shortened', 'x'.repeat(10_000), `"${'x'.repeat(80)}…"`],
  ])('is in the one message when it %s', (_why, text, quoted) => {
    expect(messageFor(text)).toBe(
      `must be 1 to 128 letters, digits, dots (never two in a row), dashes and underscores, with a letter or a digit at both ends, and is ${quoted}`,
    );
  });
});

describe('Label', () => {
  it.each(['main', 'release/1.2', 'v1.0.0', 'a'.repeat(40), 'a'.repeat(255)])('takes %s', (label) => {
    expect(Label.safeParse(label).success).toBe(true);
  });

  it.each(['', '-x', '--upload-pack=x', 'a..b', 'a~1', 'a^', 'HEAD@{1}', 'a b', 'a:b', 'a\0', 'a'.repeat(256)])(
    'refuses "%s"',
    (label) => {
      expect(Label.safeParse(label).success).toBe(false);
    },
  );
});
