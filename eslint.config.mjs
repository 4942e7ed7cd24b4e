import tseslint from 'typescript-eslint';
import { inertTexts } from './scripts/lib/inertTexts.mjs';

export default tseslint.config(
  { ignores: ['dist/', '.vscode-test/', '.test-output/', 'test/fixtures/'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/webview/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          // esbuild escapes such characters everywhere else.
          selector: 'Literal[regex.pattern=/[^\\x00-\\x7f]/]',
          message:
            'Write \\uXXXX: one character beyond ASCII doubles the memory of a bundle and slows its start.',
        },
      ],
    },
  },
  {
    files: ['src/vscode/**/*.ts', 'src/extension.ts'],
    plugins: { duplex: inertTexts },
    rules: { 'duplex/inert-texts': 'error' },
  },
  {
    // Plain scripts and configuration: no type information, and tools ask for a default export.
    files: ['**/*.mjs'],
    ...tseslint.configs.disableTypeChecked,
    rules: { ...tseslint.configs.disableTypeChecked.rules, 'no-restricted-exports': 'off' },
  },
  {
    // vitest's asymmetric matchers are typed any.
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-unsafe-assignment': 'off' },
  },
);
