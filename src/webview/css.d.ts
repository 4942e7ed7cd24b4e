/** esbuild loads a style sheet as text. */
declare module '*.css' {
  const text: string;
  // eslint-disable-next-line no-restricted-exports -- esbuild exports the text as the default
  export default text;
}
