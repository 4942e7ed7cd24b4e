import { parseEnvironmentFile } from '../../../../../src/core/request/variables/environmentFile.ts';
import type { EnvironmentContext } from '../../../../../src/core/request/variables/environmentContext.ts';

/** EnvironmentContext of these files, by path, the nearest first. */
export function around(
  files: Readonly<Record<string, unknown>>,
  more: Partial<EnvironmentContext> = {},
): EnvironmentContext {
  return {
    environmentFiles: Object.entries(files).map(([path, content]) =>
      parseEnvironmentFile(path, typeof content === 'string' ? content : JSON.stringify(content)),
    ),
    dotenv: undefined,
    ...more,
  };
}

export const PUBLIC = '/w/http-client.env.json';
export const PRIVATE = '/w/http-client.private.env.json';
