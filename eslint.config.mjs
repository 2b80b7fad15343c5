import nx from '@nx/eslint-plugin';
import perfectionist from 'eslint-plugin-perfectionist';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

import { roomBlocks } from './rooms.mjs';

const layers = [
  { layer: 'base', below: [] },
  { layer: 'contract', below: ['base'] },
  { layer: 'lib', below: ['base', 'contract', 'lib'] },
  { layer: 'app', below: ['base', 'contract', 'lib'] },
  { layer: 'tool', below: ['base', 'contract', 'lib', 'tool'] },
  { layer: 'e2e', below: ['base', 'contract', 'lib', 'app', 'tool'] },
];

const scopes = [
  { scope: 'shared', sees: ['shared'] },
  { scope: 'config', sees: ['config', 'shared'] },
  { scope: 'registry', sees: ['registry', 'shared'] },
  { scope: 'gateway', sees: ['gateway', 'shared'] },
  { scope: 'demo', sees: ['demo', 'shared'] },
  { scope: 'cli', sees: ['cli', 'config', 'shared'] },
];

const depConstraints = [
  ...layers.map(({ layer, below }) => ({
    sourceTag: `layer:${layer}`,
    onlyDependOnLibsWithTags: below.map((name) => `layer:${name}`),
  })),
  ...scopes.map(({ scope, sees }) => ({
    sourceTag: `scope:${scope}`,
    onlyDependOnLibsWithTags: sees.map((name) => `scope:${name}`),
  })),
];

const timeAndProcess = [
  { object: 'Date', property: 'now', message: 'time comes from the Clock passed in' },
  { object: 'performance', property: 'now', message: 'time comes from the Clock passed in' },
];

export default defineConfig(
  { ignores: ['**/dist', '**/out-tsc', '**/.nx', '**/.signalbox', '**/coverage'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { '@nx': nx, perfectionist },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@nx/enforce-module-boundaries': ['error', { depConstraints, enforceBuildableLibDependency: false }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: true },
      ],
      '@typescript-eslint/max-params': ['error', { max: 3 }],
      complexity: ['error', 12],
      curly: ['error', 'all'],
      eqeqeq: 'error',
      'max-depth': ['error', 3],
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 60 }],
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'export by name' },
        {
          selector: 'SpreadElement[argument.name=/^DEFAULT/] ~ SpreadElement',
          message: 'an option that is undefined would have no default: destructure with defaults',
        },
      ],
      'perfectionist/sort-imports': ['error', { newlinesBetween: 1, internalPattern: ['^@signalbox/'] }],
      'perfectionist/sort-named-imports': 'error',
    },
  },
  {
    files: ['libs/*/src/**/*.ts', 'apps/{config-server,registry,gateway,cli}/src/**/*.ts'],
    ignores: ['libs/{clock,testkit}/src/**', '**/*.test.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'setTimeout', message: 'wait on the Clock passed in' },
        { name: 'setInterval', message: 'wait on the Clock passed in' },
        { name: 'process', message: 'only main.ts names the process' },
      ],
      'no-restricted-properties': ['error', ...timeAndProcess],
    },
  },
  {
    files: ['apps/*/src/main.ts', 'apps/*/src/**/main.ts'],
    rules: { 'no-restricted-globals': 'off' },
  },
  {
    files: ['**/*.test.ts', '**/test/**/*.ts'],
    rules: { 'max-lines-per-function': 'off', '@typescript-eslint/no-non-null-assertion': 'error' },
  },
  {
    files: ['**/vitest.config.ts', '*.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  ...roomBlocks(),
);
