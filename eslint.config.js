import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const CONFIGS = ['*.config.{js,ts}', '**/*.config.{js,ts}'];

export default defineConfig(
  globalIgnores([
    '**/dist/',
    '**/node_modules/',
    '**/.turbo/',
    // What devnets and benchmarks leave behind.
    '.ala/',
    'coverage/',
    'contracts/lib/',
    'contracts/out/',
    'contracts/cache/',
    'shared/src/abi/',
    // A project of another program, with packages that are installed when it is measured.
    'test/bench/peers/ponder/',
  ]),
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'max-lines': ['error', 400],
      'max-lines-per-function': ['error', { max: 80, skipBlankLines: true, skipComments: true }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Export by name: one name everywhere.' },
        { selector: 'ExportAllDeclaration', message: 'Export by name: no barrel files.' },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // The compiler knows better what is defined.
      'no-undef': 'off',
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // Takes drizzle's database and transaction types for classes that somebody might imitate.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // A bigint or a number in a message reads the same in every locale.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    // A suite is one function that holds all of its tests.
    files: ['**/*.test.{ts,mjs}'],
    rules: { 'max-lines-per-function': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    // Their programs ask for a default export.
    files: [...CONFIGS, 'infra/checks/countingReporter.mjs'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    // The linter does not see the casts of JSDoc, without which JSON.parse has no type.
    files: ['**/*.{js,mjs}'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    // The compiler shim runs before anything is built and is CommonJS, as the solc package is.
    files: ['**/*.cjs'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { require: 'readonly', process: 'readonly', __dirname: 'readonly' } },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
