import { defaultKeymap } from '@codemirror/commands';
import { codeFolding, foldGutter, foldKeymap, foldService } from '@codemirror/language';
import { openSearchPanel, search, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, Prec, RangeSetBuilder, StateEffect, StateField } from '@codemirror/state';
import type { Extension } from '@codemirror/state';
import {
  Decoration,
  drawSelection,
  EditorView,
  keymap,
  lineNumbers,
  ViewPlugin,
  WidgetType,
} from '@codemirror/view';
import type { DecorationSet, ViewUpdate } from '@codemirror/view';
import type { HiddenPlace } from '../../core/format/visible.ts';
import type { Token } from '../text/lineTokens.ts';
import { editorTheme, pageNonce } from './editorTheme.ts';
import { foldableRange, placeAt } from './jsonPlaces.ts';
import { foldableElement } from './xmlFolds.ts';
import type { JsonPlace } from './jsonPlaces.ts';

/** The page's search within the message. */
export interface ReadingSearch {
  readonly pattern: string;
  readonly isRegex: boolean;
  readonly caseSensitive: boolean;
}

export interface ReadingEditorOptions {
  readonly parent: HTMLElement;
  readonly root: ShadowRoot;
  readonly label: string;
  readonly text: string;
  readonly language: 'json' | 'xml' | 'text';
  readonly wraps: boolean;
  /** The page's texts by CodeMirror's English phrases that they replace. */
  readonly phrases: Readonly<Record<string, string>>;
  // Passed as an option, so that the lazy chunk shares no module with the page.
  /** Colours a line. */
  readonly tokens: (line: string) => readonly Token[];
  readonly hidden: (text: string) => readonly HiddenPlace[];
  /** The user selected something else. */
  readonly onSelect: (from: number, to: number) => void;
}

export interface ReadingEditor {
  focus(): void;
  setWraps(wraps: boolean): void;
  /** Marks all places that match and scrolls to the first. */
  find(search: ReadingSearch | undefined): void;
  /** Selects a range and scrolls to it. */
  select(from: number, to: number): void;
  /** Opens the field that searches within the message. */
  openSearch(): void;
  /** Path and value at the cursor; undefined outside JSON. */
  placeAtCursor(): JsonPlace | undefined;
  destroy(): void;
}

/** Maximum milliseconds to search for the first match of a regular expression. */
const PATIENCE = 200;

/** Maximum characters of a line that are coloured, from the first visible one. */
const MAX_COLOURED = 20_000;

/** Milliseconds after the key within which VS Code also performs Select All. */
const SELECT_ALL_PATIENCE = 500;

/** CodeMirror's dialog to go to a line has untranslated texts, and VS Code has another key for it. */
const searchKeys = searchKeymap.filter(({ key }) => key !== 'Mod-Alt-g');

/** Escape leaves the message even if something is selected. */
const readingKeys = defaultKeymap.filter(({ key }) => key !== 'Escape');

const setFound = StateEffect.define<RegExp | undefined>();

/** A read-only message with line numbers, folding and search. It shows the text exactly. */
export function createReadingEditor(options: ReadingEditorOptions): ReadingEditor {
  const wrapping = new Compartment();
  const wrap = (wraps: boolean): Extension => (wraps ? EditorView.lineWrapping : []);
  let allSelectedUntil = 0;

  const view = new EditorView({
    parent: options.parent,
    root: options.root,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        editorTheme(pageNonce()),
        EditorState.readOnly.of(true),
        EditorState.phrases.of(options.phrases),
        EditorView.contentAttributes.of({
          'aria-label': options.label,
          'aria-readonly': 'true',
          spellcheck: 'false',
          translate: 'no',
        }),
        Prec.high(
          keymap.of([
            {
              key: 'Mod-a',
              run: ({ state }) => {
                allSelectedUntil = performance.now() + SELECT_ALL_PATIENCE;
                view.dispatch({ selection: { anchor: 0, head: state.doc.length } });
                return true;
              },
            },
          ]),
        ),
        // Right after the key, VS Code selects everything in the DOM, which is only the lines on screen.
        EditorState.transactionFilter.of((transaction) => {
          const { selection, newDoc } = transaction;
          if (selection === undefined || performance.now() > allSelectedUntil) return transaction;
          return [transaction, { selection: { anchor: 0, head: newDoc.length } }];
        }),
        EditorView.updateListener.of(({ transactions, state }) => {
          const { from, to } = state.selection.main;
          if (transactions.some((each) => each.isUserEvent('select'))) options.onSelect(from, to);
        }),
        lineNumbers(),
        options.language === 'text' ? [] : folding(options.language),
        drawSelection(),
        search({ top: true }),
        keymap.of([...searchKeys, ...foldKeymap, ...readingKeys]),
        foundField,
        found,
        colours(options),
        wrapping.of(wrap(options.wraps)),
      ],
    }),
  });

  return {
    focus: () => view.focus(),
    setWraps: (wraps) => view.dispatch({ effects: wrapping.reconfigure(wrap(wraps)) }),
    find(wanted) {
      const pattern = wanted && toRegExp(wanted);
      const at = pattern && firstMatch(view.state, pattern);
      view.dispatch({
        effects: [
          setFound.of(pattern),
          ...(at === undefined ? [] : [EditorView.scrollIntoView(at, { y: 'center' })]),
        ],
        ...(at !== undefined && { selection: { anchor: at } }),
      });
    },
    select(from, to) {
      view.dispatch({
        selection: { anchor: from, head: to },
        effects: EditorView.scrollIntoView(from, { y: 'center' }),
      });
    },
    openSearch: () => void openSearchPanel(view),
    placeAtCursor: () =>
      options.language === 'json' ? placeAt(view.state.doc, view.state.selection.main.head) : undefined,
    destroy: () => view.destroy(),
  };
}

function toRegExp({ pattern, isRegex, caseSensitive }: ReadingSearch): RegExp | undefined {
  try {
    return new RegExp(
      isRegex ? pattern : pattern.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'),
      caseSensitive ? 'gu' : 'giu',
    );
  } catch {
    // The host reports an invalid pattern.
    return undefined;
  }
}

/** Position of the first match in the first matching line, if it is found in time. */
function firstMatch({ doc }: EditorState, pattern: RegExp): number | undefined {
  const end = performance.now() + PATIENCE;
  let at = 0;
  for (const line of doc.iterLines()) {
    pattern.lastIndex = 0;
    const match = pattern.exec(line);
    if (match !== null && match[0] !== '') return at + match.index;
    at += line.length + 1;
    if (performance.now() > end) return undefined;
  }
  return undefined;
}

const foundField = StateField.define<RegExp | undefined>({
  create: () => undefined,
  update(pattern, { effects }) {
    for (const effect of effects) if (effect.is(setFound)) return effect.value;
    return pattern;
  },
});

const foundMark = Decoration.mark({ class: 'cm-searchMatch' });

/** Marks the matches of the page's search, in the visible lines only. */
const found = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = foundIn(view);
    }
    update(update: ViewUpdate): void {
      const isOther = update.startState.field(foundField) !== update.state.field(foundField);
      if (isOther || update.viewportChanged) this.decorations = foundIn(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

function foundIn(view: EditorView): DecorationSet {
  const marks = new RangeSetBuilder<Decoration>();
  const pattern = view.state.field(foundField);
  if (pattern === undefined) return marks.finish();
  forVisibleLines(view, (text, from) => {
    pattern.lastIndex = 0;
    for (const { 0: whole, index } of text.matchAll(pattern))
      if (whole !== '') marks.add(from + index, from + index + whole.length, foundMark);
  });
  return marks.finish();
}

/** The sign of a character without a visible shape. */
class Sign extends WidgetType {
  constructor(readonly sign: string) {
    super();
  }

  override eq(other: Sign): boolean {
    return other.sign === this.sign;
  }

  toDOM(): HTMLElement {
    const element = document.createElement('span');
    element.className = 'cm-replaced replaced';
    element.textContent = this.sign;
    return element;
  }
}

const line = Decoration.line({ class: 'line' });
const TOKENS = Object.fromEntries(
  ['name', 'string', 'number', 'word'].map((kind) => [
    kind,
    Decoration.mark({ class: `cm-${kind} ${kind}` }),
  ]),
);

/** Folds by the formatter's indentation. */
function folding(language: 'json' | 'xml'): Extension {
  const range = language === 'json' ? foldableRange : foldableElement;
  return [
    codeFolding(),
    foldService.of((state, from) => range(state.doc, from)),
    foldGutter({ openText: '⌄', closedText: '›' }),
  ];
}

/** Colours the visible lines and shows their hidden characters, without parsing the whole document. */
function colours({
  language,
  tokens,
  hidden,
}: Pick<ReadingEditorOptions, 'language' | 'tokens' | 'hidden'>): Extension {
  const build = (view: EditorView): DecorationSet => {
    const ranges: { from: number; to: number; value: Decoration }[] = [];
    forVisibleLines(view, (text, from, isStart) => {
      if (isStart) ranges.push({ from, to: from, value: line });
      if (language !== 'text') {
        let at = from;
        for (const { kind, text: token } of tokens(text)) {
          const mark = TOKENS[kind];
          if (mark) ranges.push({ from: at, to: at + token.length, value: mark });
          at += token.length;
        }
      }
      for (const { at, length, sign } of hidden(text))
        ranges.push({
          from: from + at,
          to: from + at + length,
          value: Decoration.replace({ widget: new Sign(sign) }),
        });
    });
    return Decoration.set(
      ranges.map(({ from, to, value }) => value.range(from, to)),
      true,
    );
  };
  return ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;
      constructor(view: EditorView) {
        this.decorations = build(view);
      }
      update(update: ViewUpdate): void {
        if (update.docChanged || update.viewportChanged) this.decorations = build(update.view);
      }
    },
    { decorations: (plugin) => plugin.decorations },
  );
}

/** Calls `use` with each visible line, or with a part of a long one. */
function forVisibleLines(
  view: EditorView,
  use: (text: string, from: number, isStart: boolean) => void,
): void {
  const { doc } = view.state;
  for (const { from, to } of view.visibleRanges) {
    for (let at = from; at <= to;) {
      const { from: start, to: end } = doc.lineAt(at);
      const last = Math.min(end, to, at + MAX_COLOURED);
      use(doc.sliceString(at, last), at, at === start);
      at = end + 1;
    }
  }
}
