import type { ConnectOptions, DeflateParameters } from '../../../shared/session.ts';
import type { HeaderList } from '../../../shared/timeline.ts';

/** The values of each kind of option: durations in milliseconds, sizes in bytes. */
export interface OptionValues {
  readonly duration: number;
  readonly size: number;
  readonly count: number;
  /** Off unless it is named. */
  readonly flag: boolean;
  /** On unless its name, which starts with `no-`, stands there. */
  readonly negatedFlag: boolean;
  readonly text: string;
  readonly choice: string;
  /** Of a file. */
  readonly path: string;
  /** Texts without commas, written on one line. */
  readonly list: readonly string[];
  /** Of files, or the texts of certificates; each written on its own. */
  readonly paths: readonly string[];
  readonly deflate: DeflateParameters;
  readonly headers: HeaderList;
}

export type OptionKind = keyof OptionValues;

/** What an option of a connection is called and may be. */
export interface OptionSpec<Kind extends OptionKind = OptionKind> {
  readonly kind: Kind;
  /** Of the directive `@name` and of the command line's `--name`; headers have lines of their own in request files. */
  readonly name: string;
  readonly fallback: OptionValues[Kind];
  /** What it is called in a sentence, without an article. */
  readonly what: string;
  /** One sentence for the documentation. */
  readonly about: string;
  /** What stands for the value in the documentation and in help; absent for flags. */
  readonly sample?: string;
  /** Of durations, sizes and counts, both included. */
  readonly least?: number;
  readonly most?: number;
  /** What 0 means where it is no quantity; it is then allowed besides `least` to `most`. */
  readonly zero?: string;
  /** The values of a choice as they are kept; '' is left aside. */
  readonly choices?: readonly string[];
  /** Shown to nobody and stored nowhere. */
  readonly secret?: true;
  /** Where `duplex.connection.<key>` may be set; absent: there is no such setting. */
  readonly setting?: 'window' | 'machine';
}

/** The kinds that hold a value of this type. */
type KindOf<Value> = {
  [Kind in OptionKind]: [Value] extends [OptionValues[Kind]] ? Kind : never;
}[OptionKind];

/** Every option of a connection that is said by itself: neither its URL nor what is known of the others. */
export type OptionKey = Exclude<keyof ConnectOptions, 'url' | 'secrets'>;

/** A key without an entry, or an entry of the wrong kind, does not compile. */
export type OptionTable = {
  readonly [Key in OptionKey]: {
    [Kind in KindOf<ConnectOptions[Key]>]: OptionSpec<Kind>;
  }[KindOf<ConnectOptions[Key]>];
};
