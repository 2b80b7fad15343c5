import { describe, expect, it } from 'vitest';

import { ConfigReadQuery } from './read-query.ts';

const issuesOf = (query: object) =>
  ConfigReadQuery.safeParse(query).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('ConfigReadQuery', () => {
  it('asks for json without an explanation, at once, unless told otherwise', () => {
    expect(ConfigReadQuery.parse({})).toEqual({ format: 'json', explain: false });
  });

  it('takes a wait of a minute, and of no longer', () => {
    expect(ConfigReadQuery.parse({ wait: '60s' }).wait).toBe(60_000);
    expect(issuesOf({ wait: '60001ms' })).toEqual(['wait: must be at most 60s']);
    expect(issuesOf({ wait: '60' })).toEqual(['wait: must be a duration such as 250ms, 30s or 5m']);
  });

  it.each([
    [{ wait: '1s', label: 'main' }, 'wait: the default label alone can be waited for, and its configuration alone'],
    [{ wait: '1s', explain: 'true' }, 'wait: the default label alone can be waited for, and its configuration alone'],
    [{ instanceId: 'orders-1' }, 'instanceId: an instance is named by those who wait'],
    [{ explain: 'true', format: 'yaml' }, 'format: an explanation is json: format can not be combined with explain'],
    [{ format: 'toml' }, 'format: Invalid option: expected one of "json"|"yaml"|"properties"|"dotenv"'],
    [{ explain: 'perhaps' }, 'explain: Invalid option'],
    [{ fromat: 'yaml' }, ': Unrecognized key: "fromat"'],
  ])('is refused with the place and the reason: %j', (query, issue) => {
    expect(issuesOf(query)).toEqual([expect.stringContaining(issue)]);
  });
});
