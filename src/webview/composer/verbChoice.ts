import { html, nothing } from 'lit';
import type { ReactiveControllerHost, TemplateResult } from 'lit';
import type { ComposerMode, PanelComposerCalls } from '../../shared/panelProtocol.ts';
import type { PanelVerb, VerbDraft } from '../../shared/panelVerbs.ts';
import { focusLoaded, loadPart } from '../base/lazyParts.ts';
import type { MenuItem } from '../parts/menu.ts';
import { COMPOSER_TEXT } from './composerTexts.ts';
import type { VerbForm } from './verbForm.ts';

/** The part of the composer that a verb changes. */
interface VerbHost extends ReactiveControllerHost, HTMLElement {
  /** Another verb was chosen, or its arguments changed. */
  onVerb(): void;
}

/** The verb that the composer sends, if any, with its menu and its form. */
export class VerbChoice {
  #verb: VerbDraft | undefined;
  #verbs: readonly PanelVerb[] = [];
  #protocol: string | undefined;

  constructor(private readonly host: VerbHost) {}

  get verb(): VerbDraft | undefined {
    return this.#verb;
  }

  set verb(verb: VerbDraft | undefined) {
    this.#verb = verb;
    this.host.requestUpdate();
  }

  /** The chosen verb's form, once the verbs are loaded. */
  get spec(): PanelVerb | undefined {
    return this.#verbs.find(({ name }) => name === this.#verb?.name);
  }

  /** Why the arguments cannot be sent. */
  get problem(): string | undefined {
    return this.spec && this.#verb && argumentProblem(this.spec, this.#verb)?.problem;
  }

  /** @param protocol the id of the session's protocol; its verbs replace the previous ones */
  async load(protocol: string | undefined, calls: PanelComposerCalls): Promise<void> {
    this.#protocol = protocol;
    const verbs = protocol === undefined ? [] : await calls.verbs();
    if (protocol !== this.#protocol) return;
    this.#verbs = verbs;
    // A verb of another protocol cannot be sent here. The text of its payload stays.
    const isOther = protocol !== undefined && this.#verb !== undefined && this.#verb.protocol !== protocol;
    if (isOther) this.#verb = undefined;
    this.host.requestUpdate();
  }

  focus(): void {
    void this.host.updateComplete.then(() =>
      focusLoaded(this.host.shadowRoot?.querySelector<VerbForm>('duplex-verb-form') ?? null),
    );
  }

  /** @param choose called with the chosen verb; undefined for a plain message */
  menu(choose: (spec: PanelVerb | undefined) => void): TemplateResult | typeof nothing {
    if (this.#verbs.length === 0) return nothing;
    return html`<duplex-menu
      placement="above"
      align="start"
      .label=${COMPOSER_TEXT.verb}
      .text=${this.#verb ? `@${this.#verb.name}` : COMPOSER_TEXT.plain}
      .items=${verbItems(this.#verbs, this.#verb)}
      @duplex-choose=${({ detail }: CustomEvent<string>) => {
        const spec = this.#verbs.find(({ name }) => name === detail);
        this.#set(spec && emptyVerb(this.#protocol!, spec));
        choose(spec);
      }}
    ></duplex-menu>`;
  }

  /** @param showsProblem whether to mark the argument that is wrong */
  form(showsProblem: boolean): TemplateResult | typeof nothing {
    const { spec } = this;
    const verb = this.#verb;
    if (!spec || !verb) return nothing;
    loadPart(this.host, 'duplex-verb-form', () => import('./verbForm.ts'));
    return html`<duplex-verb-form
      .spec=${spec}
      .verb=${verb}
      .invalid=${showsProblem ? (argumentProblem(spec, verb)?.index ?? -1) : -1}
      @duplex-verb=${(event: CustomEvent<VerbDraft>) => this.#set(event.detail)}
    ></duplex-verb-form>`;
  }

  #set(verb: VerbDraft | undefined): void {
    this.verb = verb;
    this.host.onVerb();
  }
}

export function verbItems(verbs: readonly PanelVerb[], chosen: VerbDraft | undefined): MenuItem[] {
  return [
    { value: '', text: COMPOSER_TEXT.plain, isChecked: chosen === undefined },
    ...verbs.map(({ name, arguments: named }, index) => ({
      value: name,
      text: `@${name}`,
      keys: named.map((argument) => argument.name).join(' '),
      isChecked: chosen?.name === name,
      beginsGroup: index === 0,
    })),
  ];
}

/** A verb without its arguments. */
function emptyVerb(protocol: string, { name }: PanelVerb): VerbDraft {
  return { protocol, name, arguments: [], options: {}, beside: [], headers: [] };
}

/** The mode in which the payload of a verb is written; undefined if the verb has none. */
export function modeOf({ body }: PanelVerb): ComposerMode | undefined {
  if (body === 'none') return undefined;
  return body === 'json' ? 'json' : 'text';
}

/** The first argument that is missing or cannot be written on the verb's line; undefined if there is none. */
export function argumentProblem(
  { name, arguments: known }: PanelVerb,
  { arguments: given }: VerbDraft,
): { readonly index: number; readonly problem: string } | undefined {
  const last = known.length - 1;
  for (const [index, argument] of known.entries()) {
    const value = (given[index] ?? '').trim();
    const isFollowed = given.slice(index + 1).some((other) => other.trim() !== '');
    if (value === '' && (!argument.optional || isFollowed))
      return { index, problem: COMPOSER_TEXT.argumentMissing(`@${name}`, argument.name) };
    // References may contain spaces; their values are checked when the message is sent.
    if (index < last && /\s/.test(value.replace(/\{\{.*?\}\}/g, '')))
      return { index, problem: COMPOSER_TEXT.argumentSpaces(argument.name) };
  }
  return undefined;
}
