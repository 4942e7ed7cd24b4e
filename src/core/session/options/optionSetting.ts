import { MiB } from '../../../shared/limits.ts';
import type { OptionKey, OptionKind, OptionSpec, OptionValues } from './optionSpec.ts';
import { OPTION_ENTRIES } from './optionTable.ts';

/** The options that have a setting `duplex.connection.<key>`. */
export const SETTING_ENTRIES = OPTION_ENTRIES.filter(([, { setting }]) => setting !== undefined);

export function settingName(key: OptionKey): string {
  return `connection.${key}`;
}

/** The unit of a setting: durations in seconds, sizes in MiB. */
function unitOf({ kind }: OptionSpec): number {
  if (kind === 'duration') return 1000;
  return kind === 'size' ? MiB : 1;
}

/** A setting in the form of package.json. */
export interface SettingSchema {
  readonly type: 'number' | 'integer' | 'boolean' | 'string' | 'array';
  readonly default: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
  readonly items?: { readonly type: 'string' };
}

export function settingSchema(spec: OptionSpec): SettingSchema {
  const { fallback, least = 0, most = 0, zero, choices = [] } = spec;
  const unit = unitOf(spec);
  switch (spec.kind) {
    case 'duration':
    case 'size':
    case 'count':
      return {
        type: spec.kind === 'count' ? 'integer' : 'number',
        default: (fallback as number) / unit,
        minimum: zero === undefined ? least / unit : 0,
        maximum: most / unit,
      };
    case 'flag':
    case 'negatedFlag':
      return { type: 'boolean', default: fallback };
    case 'choice':
      return { type: 'string', default: fallback, enum: ['', ...choices] };
    case 'text':
    case 'path':
      return { type: 'string', default: fallback };
    case 'list':
    case 'paths':
    case 'rules':
      return { type: 'array', default: fallback, items: { type: 'string' } };
    case 'deflate':
    case 'headers':
      throw new Error(`A setting has no form for ${spec.kind}.`);
  }
}

/**
 * The value of a setting as an option, in milliseconds or bytes. settings.json may hold anything: a value of the wrong
 * type or out of range counts as not set.
 */
export function settingValue(spec: OptionSpec, value: unknown): OptionValues[OptionKind] | undefined {
  const { type, minimum = 0, maximum = 0 } = settingSchema(spec);
  switch (type) {
    case 'number':
    case 'integer':
      if (typeof value !== 'number' || !(value >= minimum && value <= maximum)) return undefined;
      return Math.round(value * unitOf(spec));
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'string':
      return typeof value === 'string' ? value.trim() : undefined;
    case 'array':
      return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
  }
}
