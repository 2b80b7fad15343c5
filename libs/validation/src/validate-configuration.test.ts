import { describe, expect, it } from 'vitest';

import { composeConfiguration, DocumentSyntaxError, treeOf } from '@signalbox/layering';

import { validateConfiguration } from './validate-configuration.ts';

const PAIR = { service: 'orders', environment: 'production' };

function validate(files: Readonly<Record<string, string>>) {
  const tree = treeOf(files);
  return validateConfiguration(tree, PAIR, composeConfiguration(tree, PAIR));
}

/** @param yaml the whole configuration */
function violations(schema: unknown, yaml: string) {
  const validation = validate({ 'orders/schema.json': JSON.stringify(schema), 'orders/default.yaml': yaml });
  return validation.valid ? [] : validation.errors;
}

/** @param properties the whole configuration */
function coerced(schema: unknown, properties: string) {
  const files = { 'orders/schema.json': JSON.stringify(schema), 'orders/default.properties': properties };
  const validation = validate(files);
  return validation.valid ? validation.configuration.values : validation.errors;
}

describe('a configuration', () => {
  it('is refused by a schema that refers to itself without end', () => {
    const endless = { $dynamicAnchor: 'self', $dynamicRef: '#self' };

    expect(violations(endless, 'a: 1')).toEqual([
      { pointer: '', reason: expect.stringContaining('orders/schema.json is no usable schema') as string },
    ]);
  });

  it('without a schema is valid as it is', () => {
    const tree = treeOf({ 'orders/default.yaml': 'a: 1' });
    const effective = composeConfiguration(tree, PAIR);

    expect(validateConfiguration(tree, PAIR, effective)).toEqual({ valid: true, configuration: effective });
  });

  it('is held against the schema of all services and its own, and told once what both find', () => {
    const validation = validate({
      'common/schema.json': '{"properties":{"log":{"type":"string"},"port":{"type":"integer"}}}',
      'orders/schema.json': '{"properties":{"port":{"type":"integer"}}}',
      'web/schema.json': '{"required":["title"]}',
      'orders/default.yaml': 'log: 1\nport: x',
    });

    expect(validation).toEqual({
      valid: false,
      errors: [
        { pointer: '/log', reason: 'must be string, is integer' },
        { pointer: '/port', reason: 'must be integer, is string' },
      ],
    });
  });

  it.each([
    [
      'type',
      { properties: { a: { type: ['integer', 'null'] } } },
      'a: hunter2',
      '/a',
      'must be integer, null, is string',
    ],
    ['required', { required: ['a/b'] }, 'x: 1', '/a~1b', 'is required'],
    ['additionalProperties', { additionalProperties: false }, 'a: hunter2', '/a', 'is not a key that the schema knows'],
    [
      'unevaluatedProperties',
      { unevaluatedProperties: false },
      'a: hunter2',
      '/a',
      'is not a key that the schema knows',
    ],
    ['enum', { properties: { a: { enum: ['x', 1] } } }, 'a: hunter2', '/a', 'must be one of "x", 1'],
    [
      'long enum',
      { properties: { a: { enum: ['x'.repeat(200)] } } },
      'a: b',
      '/a',
      'must be one of what the schema lists',
    ],
    ['const', { properties: { a: { const: 'x' } } }, 'a: hunter2', '/a', 'must be "x"'],
    ['pattern', { properties: { a: { pattern: '^x+$' } } }, 'a: hunter2', '/a', 'must match pattern "^x+$"'],
    ['format', { properties: { a: { format: 'uri' } } }, 'a: hunter2', '/a', 'must match format "uri"'],
    ['maximum', { properties: { a: { maximum: 5 } } }, 'a: 42', '/a', 'must be <= 5'],
    ['items', { properties: { a: { items: { type: 'string' } } } }, 'a: [x, 42]', '/a/1', 'must be string, is integer'],
    [
      'propertyNames',
      { propertyNames: { maxLength: 1 } },
      'ab: 1',
      '/ab',
      'has a name that must NOT have more than 1 characters',
    ],
    ['if', { if: { required: ['a'] }, then: { required: ['b'] } }, 'a: 1', '/b', 'is required'],
    [
      'a list of equal maps',
      { properties: { a: { uniqueItems: true } } },
      'a: [{x: 1}, {x: 1}]',
      '/a',
      'must NOT have duplicate items (items ## 0 and 1 are identical)',
    ],
  ])('breaks %s at a pointer, and its value is not told', (...[, schema, yaml, pointer, reason]) => {
    expect(violations(schema, yaml)).toEqual([{ pointer, reason }]);
  });

  it('is told a bounded number of what it breaks', () => {
    const list = Array.from({ length: 500 }, () => 'x').join(', ');

    expect(violations({ properties: { a: { items: { type: 'integer' } } } }, `a: [${list}]`)).toHaveLength(100);
  });

  it('does not find on a prototype what it does not have', () => {
    const schema = { properties: { constructor: { type: 'string' }, toString: { type: 'string' } } };

    expect(violations(schema, 'a: 1')).toEqual([]);
    expect(violations({ required: ['constructor'] }, 'a: 1')).toEqual([
      { pointer: '/constructor', reason: 'is required' },
    ]);
  });
});

describe('a schema', () => {
  it.each([
    [{ type: 'objekt' }, 'schema is invalid: data/type must be equal to one of the allowed values'],
    [{ propertes: {} }, 'strict mode: unknown keyword: "propertes"'],
    [{ properties: { a: { format: 'urn:nothing' } } }, 'unknown format "urn:nothing"'],
    [{ $schema: 'http://json-schema.org/draft-07/schema#' }, 'no schema with key or ref'],
    [{ $ref: 'https://elsewhere.example/schema.json' }, "can't resolve reference"],
    [{ properties: { a: { pattern: '(' } } }, 'Invalid regular expression'],
    [{ $async: true }, 'it is asynchronous'],
  ])('that does not compile is an error that names its file: %j', (schema, reason) => {
    const [violation, ...others] = violations(schema, 'a: 1');

    expect(others).toEqual([]);
    expect(violation?.pointer).toBe('');
    expect(violation?.reason).toContain(`orders/schema.json is no usable schema: ${reason}`);
  });

  it('that is no JSON is refused as a document', () => {
    expect(() => validate({ 'common/schema.json': '{' })).toThrow(DocumentSyntaxError);
  });

  it('may have the identifier of another', () => {
    const schema = JSON.stringify({ $id: 'https://shop.example/schema', properties: { a: { type: 'integer' } } });

    expect(
      validate({ 'common/schema.json': schema, 'orders/schema.json': schema, 'orders/default.yaml': 'a: 1' }).valid,
    ).toBe(true);
  });
});

describe('text from a format without types', () => {
  it.each([
    [{ type: 'integer' }, '8080', 8080],
    [{ type: 'integer' }, '80.5', [{ pointer: '/a', reason: 'must be integer, is string' }]],
    [{ type: 'integer' }, '010', [{ pointer: '/a', reason: 'must be integer, is string' }]],
    [{ type: 'integer' }, '9007199254740993', [{ pointer: '/a', reason: 'must be integer, is string' }]],
    [{ type: 'number' }, '-1.5e3', -1500],
    [{ type: 'boolean' }, 'true', true],
    [{ type: 'boolean' }, 'yes', [{ pointer: '/a', reason: 'must be boolean, is string' }]],
    [{ type: ['integer', 'null'] }, '', null],
    [{ type: 'array', items: { type: 'integer' } }, '1, 2', [1, 2]],
    [{ type: 'array' }, '', []],
    [{ type: 'string' }, '5', '5'],
    [{ type: ['string', 'integer'] }, '5', '5'],
    [{ enum: [1, 2] }, '2', 2],
    [{ const: true }, 'true', true],
    [{}, '5', '5'],
    [{ allOf: [{ minimum: 1 }, { type: 'integer' }] }, '5', 5],
    [{ anyOf: [{ type: 'integer' }, { type: 'boolean' }] }, 'false', false],
    [{ $ref: '#/$defs/port' }, '5', 5],
    [{ type: 'integer' }, '${secret:file/a}', '${secret:file/a}'],
    [{ type: 'array' }, '${secret:a,b}', '${secret:a,b}'],
  ])('becomes what the schema wants: %j %s', (schema, text, expected) => {
    const result = coerced({ properties: { a: schema }, $defs: { port: { type: 'integer' } } }, `a=${text}`);

    expect('a' in result ? result['a'] : result).toEqual(expected);
  });

  it('is found below references, patterns and lists', () => {
    const schema = {
      properties: {
        db: { properties: { port: { type: 'integer' } } },
        replica: { $ref: '#/properties/db' },
        port: { $ref: '#/properties/db/properties/port' },
        list: { prefixItems: [{ type: 'integer' }], items: { properties: { on: { type: 'boolean' } } } },
      },
      patternProperties: { '^is': { type: 'boolean' } },
      additionalProperties: { type: 'number' },
    };
    const text = 'db.port=1\nreplica.port=2\nport=3\nlist[0]=4\nlist[1].on=true\nisIt=false\nother=0.5';

    expect(coerced(schema, text)).toEqual({
      db: { port: 1 },
      replica: { port: 2 },
      port: 3,
      list: [4, { on: true }],
      isIt: false,
      other: 0.5,
    });
  });

  it('is all that changes: text in YAML stays text', () => {
    expect(violations({ properties: { a: { type: 'integer' } } }, 'a: "5"')).toEqual([
      { pointer: '/a', reason: 'must be integer, is string' },
    ]);
  });

  it('may be the default of a placeholder, or come through one', () => {
    const schema = { properties: { a: { type: 'integer' }, b: { type: 'integer' } } };
    const files = {
      'orders/schema.json': JSON.stringify(schema),
      'orders/default.yaml': 'a: ${PORT:8080}\nb: ${N}',
      'orders/production.env': 'N=5',
    };

    expect(validate(files)).toMatchObject({ valid: true, configuration: { values: { a: 8080, b: 5, N: '5' } } });
  });

  it('counts in the etag as what it became', () => {
    const schema = '{"properties":{"a":{"type":"integer"}}}';
    const etags = [{ 'orders/default.yaml': 'a: 5' }, { 'orders/default.properties': 'a=5' }].map((files) => {
      const validation = validate({ 'orders/schema.json': schema, ...files });
      return validation.valid ? validation.configuration.etag : undefined;
    });

    expect(etags[0]).toBe(etags[1]);
    expect(etags[0]).toBeDefined();
  });
});

describe('a reference to a secret', () => {
  const SECRET = 'a: ${secret:file/a}';

  it.each([
    { type: 'integer' },
    { enum: [1, 2] },
    { const: 1 },
    { minLength: 99, pattern: '^x$', format: 'uri' },
    { not: { type: 'string' } },
    { oneOf: [{ type: 'string' }, { minLength: 1 }] },
    { $ref: '#/$defs/number' },
    { allOf: [{ $ref: '#/properties/a' }] },
  ])('satisfies any constraint: %j', (schema) => {
    expect(
      violations({ properties: { a: schema, b: { type: 'integer' } }, $defs: { number: { type: 'number' } } }, SECRET),
    ).toEqual([]);
  });

  it.each([
    { anyOf: [{ properties: { a: { type: 'integer' } } }, { required: ['z'] }] },
    { patternProperties: { a: { type: 'integer' } } },
    { additionalProperties: { type: 'integer' } },
    { $ref: '#/$defs/x', $defs: { x: { properties: { a: { type: 'integer' } } } } },
  ])('satisfies it wherever the schema has it: %j', (schema) => {
    expect(violations(schema, SECRET)).toEqual([]);
  });

  it('satisfies it as an item, and as a part of a text', () => {
    const schema = { properties: { a: { type: 'array', items: { format: 'uri' } } } };

    expect(violations(schema, 'a: ["${secret:file/a}", "db://u:${secret:file/b}@h"]')).toEqual([]);
  });

  it('is still an unknown key where the schema knows all of them', () => {
    expect(violations({ additionalProperties: false }, SECRET)).toEqual([
      { pointer: '/a', reason: 'is not a key that the schema knows' },
    ]);
  });

  it('does not hide what is wrong beside it', () => {
    expect(violations({ properties: { a: { type: 'integer' }, b: { type: 'integer' } } }, `${SECRET}\nb: x`)).toEqual([
      { pointer: '/b', reason: 'must be integer, is string' },
    ]);
  });
});
