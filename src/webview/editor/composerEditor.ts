import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, invertedEffects } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { bracketMatching } from '@codemirror/language';
import { setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState, Prec, StateEffect, StateField } from '@codemirror/state';
import type { Extension } from '@codemirror/state';
import {
  Decoration,
  drawSelection,
  EditorView,
  keymap,
  MatchDecorator,
  placeholder,
  ViewPlugin,
} from '@codemirror/view';
import type { DecorationSet, ViewUpdate } from '@codemirror/view';
import { editorTheme, pageNonce } from './editorTheme.ts';

/** A variable that a reference `{{name}}` can name. */
export interface EditorVariable {
  readonly name: string;
  /** Its value or origin, shown beside it. */
  readonly detail: string;
}

export interface EditorProblem {
  readonly message: string;
  /** Index of the character at which the problem is. */
  readonly at: number;
}

export interface ComposerEditorOptions {
  readonly parent: HTMLElement;
  readonly root: ShadowRoot;
  readonly label: string;
  readonly text: string;
  readonly mode: string;
  onChange(text: string): void;
  /** Undo or redo changed the mode. */
  onMode(mode: string): void;
  onFormat(): void;
  /** Shows an older or a newer message of the history. */
  onHistory(step: 1 | -1): void;
}

export interface ComposerEditor {
  readonly text: string;
  /** The selected text; empty if nothing is selected. */
  readonly selection: string;
  focus(): void;
  /** Replaces the text and the mode in one step of the undo history. */
  set(text: string, mode: string): void;
  setPlaceholder(text: string): void;
  setVariables(variables: readonly EditorVariable[]): void;
  setProblem(problem: EditorProblem | undefined): void;
  select(from: number, to: number): void;
  destroy(): void;
}

/** A reference, without a backslash before it. */
const REFERENCE = /(?<!\\)\{\{\s*(\$?[\p{L}_][\p{L}\p{N}_.$-]*)[^{}]*\}\}/gu;

const setMode = StateEffect.define<string>();

/** The editor of the composer: JSON highlighting, brackets, variables, one problem, undo across modes. */
export function createComposerEditor(options: ComposerEditorOptions): ComposerEditor {
  let variables: readonly EditorVariable[] = [];
  const language = new Compartment();
  const hint = new Compartment();
  const decorated = new Compartment();

  const languageOf = (mode: string): Extension => (mode === 'json' ? json() : []);

  const modeField = StateField.define<string>({
    create: () => options.mode,
    update: (mode, { effects }) => effects.find((effect) => effect.is(setMode))?.value ?? mode,
  });
  const undoableMode = invertedEffects.of(({ startState, effects }) =>
    effects.some((effect) => effect.is(setMode)) ? [setMode.of(startState.field(modeField))] : [],
  );

  const complete = (context: CompletionContext): CompletionResult | null => {
    const before = context.matchBefore(/\{\{\s*\$?[\p{L}\p{N}_.-]*$/u);
    if (!before) return null;
    const from = before.from + before.text.length - before.text.replace(/^\{\{\s*/, '').length;
    const isClosed = context.state.sliceDoc(context.pos, context.pos + 2) === '}}';
    return {
      from,
      options: variables.map(({ name, detail }) => ({
        label: name,
        detail,
        type: 'variable',
        apply: isClosed ? name : `${name}}}`,
      })),
    };
  };

  const references = (): Extension => {
    const known = new Set(variables.map(({ name }) => name.split(' ')[0]!));
    const decorator = new MatchDecorator({
      regexp: new RegExp(REFERENCE),
      decoration: (match) =>
        Decoration.mark({ class: known.has(match[1]!) ? 'cm-variable' : 'cm-variable cm-unknownVariable' }),
    });
    return ViewPlugin.fromClass(
      class {
        decorations: DecorationSet;
        constructor(view: EditorView) {
          this.decorations = decorator.createDeco(view);
        }
        update(update: ViewUpdate): void {
          this.decorations = decorator.updateDeco(update, this.decorations);
        }
      },
      { decorations: (plugin) => plugin.decorations },
    );
  };

  const act = (run: () => void) => (): boolean => {
    run();
    return true;
  };

  const view = new EditorView({
    parent: options.parent,
    root: options.root,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        editorTheme(pageNonce()),
        Prec.highest(
          keymap.of([
            // In a browser, VS Code opens its File menu on Alt+F with any other modifier, so the event must not reach
            // it.
            { key: 'Shift-Alt-f', run: act(() => options.onFormat()), stopPropagation: true },
            { key: 'Alt-ArrowUp', run: act(() => options.onHistory(1)) },
            { key: 'Alt-ArrowDown', run: act(() => options.onHistory(-1)) },
          ]),
        ),
        modeField,
        undoableMode,
        history(),
        drawSelection(),
        bracketMatching(),
        closeBrackets(),
        autocompletion({ override: [complete], icons: false }),
        keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': options.label, spellcheck: 'false' }),
        language.of(languageOf(options.mode)),
        hint.of([]),
        decorated.of(references()),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) options.onChange(update.state.doc.toString());
          const mode = update.state.field(modeField);
          if (mode === update.startState.field(modeField)) return;
          // Undo does not restore the language; it follows the mode.
          queueMicrotask(() => view.dispatch({ effects: language.reconfigure(languageOf(mode)) }));
          options.onMode(mode);
        }),
      ],
    }),
  });

  return {
    get text() {
      return view.state.doc.toString();
    },
    get selection() {
      const { from, to } = view.state.selection.main;
      return view.state.sliceDoc(from, to);
    },
    focus: () => view.focus(),
    set(text, mode) {
      const isOther = mode !== view.state.field(modeField);
      const isNew = text !== view.state.doc.toString();
      if (!isOther && !isNew) return;
      view.dispatch({
        ...(isNew && {
          changes: { from: 0, to: view.state.doc.length, insert: text },
          selection: { anchor: text.length },
        }),
        ...(isOther && { effects: setMode.of(mode) }),
        userEvent: 'input.replace',
      });
    },
    setPlaceholder: (text) => view.dispatch({ effects: hint.reconfigure(placeholder(text)) }),
    setVariables(now) {
      variables = now;
      view.dispatch({ effects: decorated.reconfigure(references()) });
    },
    setProblem(problem) {
      const { doc } = view.state;
      if (problem === undefined) return view.dispatch(setDiagnostics(view.state, []));
      // A problem at the end of the text marks the last character.
      const from = Math.min(problem.at, Math.max(0, doc.length - 1));
      const to = Math.min(doc.length, from + 1);
      view.dispatch(setDiagnostics(view.state, [{ from, to, severity: 'error', message: problem.message }]));
    },
    select: (from, to) => view.dispatch({ selection: { anchor: from, head: to }, scrollIntoView: true }),
    destroy: () => view.destroy(),
  };
}
