/** A verb of the current protocol, with what its form needs. */
export interface PanelVerb {
  /** The name without its @. */
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  /** In order. Only the last one may contain spaces. */
  readonly arguments: readonly { readonly name: string; readonly optional: boolean }[];
  /** `key=value` with one of its values or any text; otherwise a lone key. */
  readonly options: readonly {
    readonly name: string;
    readonly values?: readonly string[];
    readonly takesText?: true;
  }[];
  /** The form of the editor's text. */
  readonly body: 'json' | 'graphql' | 'text' | 'bytes' | 'none';
  readonly bodyName: string;
  readonly bodyOptional: boolean;
  /** Whether its message has headers. */
  readonly headers: boolean;
  /** Verbs that may be added to it, such as `ack` to `emit`. */
  readonly besides: readonly { readonly name: string; readonly about: string }[];
  readonly sample: { readonly line: string; readonly body: string };
}

/** A verb with its arguments. The text of the draft is its payload. */
export interface VerbDraft {
  /** The id of the protocol. */
  readonly protocol: string;
  /** The name without its @. */
  readonly name: string;
  readonly arguments: readonly string[];
  /** A lone key has an empty value. */
  readonly options: Readonly<Record<string, string>>;
  readonly beside: readonly string[];
  readonly headers: readonly (readonly [name: string, value: string])[];
}
