import type { ConnectOptions, DeflateParameters } from '../../../shared/session.ts';
import type { HeaderList } from '../../../shared/timeline.ts';

/** The value types of each kind of option: durations in milliseconds, sizes in bytes. */
export interface OptionValues {
  readonly duration: number;
  readonly size: number;
  readonly count: number;
  /** Off unless it is present. */
  readonly flag: boolean;
  /** On unless its name with `no-` in front is present. */
  readonly negatedFlag: boolean;
  readonly text: string;
  readonly choice: string;
  /** A file path. */
  readonly path: string;
  /** Texts without commas, written on one line. */
  readonly list: readonly string[];
  /** File paths, or the texts of certificates; each is written separately. */
  readonly paths: readonly string[];
  /** Rules of decodeRule.ts, which may name files; each is written separately. */
  readonly rules: readonly string[];
  readonly deflate: DeflateParameters;
  readonly headers: HeaderList;
}

export type OptionKind = keyof OptionValues;

/** The definition of a connection option. */
export interface OptionSpec<Kind extends OptionKind = OptionKind> {
  readonly kind: Kind;
  /**
   * The name in the directive `@name` and in the command line's `--name`. In request files headers have lines of their
   * own.
   */
  readonly name: string;
  readonly fallback: OptionValues[Kind];
  /** The name in a sentence, without an article. */
  readonly what: string;
  /** One sentence for the documentation. */
  readonly about: string;
  /** The placeholder of the value in the documentation and in help; absent for flags. */
  readonly sample?: string;
  /** The range of durations, sizes and counts, inclusive. */
  readonly least?: number;
  readonly most?: number;
  /** The meaning of 0 if it is not a quantity; then 0 is allowed in addition to `least` to `most`. */
  readonly zero?: string;
  /** The internal values of a choice, without ''. */
  readonly choices?: readonly string[];
  /** Whether the value is never shown or stored. */
  readonly secret?: true;
  /** The scope of the setting `duplex.connection.<key>`; absent if there is no such setting. */
  readonly setting?: 'window' | 'machine';
}

/** The kinds whose values have this type. */
type KindOf<Value> = {
  [Kind in OptionKind]: [Value] extends [OptionValues[Kind]] ? Kind : never;
}[OptionKind];

/** Every connection option with its own definition: all but the URL and derived values. */
export type OptionKey = Exclude<keyof ConnectOptions, 'url' | 'secrets'>;

/** A missing entry, or one of the wrong kind, does not compile. */
export type OptionTable = {
  readonly [Key in OptionKey]: {
    [Kind in KindOf<ConnectOptions[Key]>]: OptionSpec<Kind>;
  }[KindOf<ConnectOptions[Key]>];
};
