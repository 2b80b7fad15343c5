import { describe, expect, it } from 'vitest';

import { DatabaseUnavailableError, explainFailure } from './errors.ts';

describe('explainFailure', () => {
  it('tells the reasons of an error down to the last, also of one that has a code alone', () => {
    const refused = Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' });
    const error = new DatabaseUnavailableError('the database can not be reached', { cause: refused });

    expect(explainFailure(error)).toBe('the database can not be reached (ECONNREFUSED)');
  });
});
