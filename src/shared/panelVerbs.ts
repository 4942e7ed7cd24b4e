/** A verb of the current protocol, with the parts of its form. */
export interface PanelVerb {
  /** The name without its @. */
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  /** The arguments in order. Only the last one may contain spaces. */
  readonly arguments: readonly { readonly name: string; readonly optional: boolean }[];
  /** Written `key=value` with one of `values` or, if `takesText`, any text; otherwise as a lone key. */
  readonly options: readonly {
    readonly name: string;
    readonly values?: readonly string[];
    readonly takesText?: true;
  }[];
  /** The format of the editor's text. */
  readonly body: 'json' | 'graphql' | 'text' | 'bytes' | 'none';
  readonly bodyName: string;
  readonly bodyOptional: boolean;
  /** Whether the verb's message has headers. */
  readonly headers: boolean;
  /** Verbs that may accompany it, such as `ack` with `emit`. */
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
