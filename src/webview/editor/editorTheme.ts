import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** Colours and fonts of VS Code's own editor, for CodeMirror. */
const theme = EditorView.theme({
  '&': {
    color: 'var(--vscode-editor-foreground)',
    fontSize: 'var(--vscode-editor-font-size, 13px)',
    height: '100%',
  },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--vscode-editor-font-family, monospace)', lineHeight: '1.4' },
  '.cm-content': { caretColor: 'var(--vscode-editorCursor-foreground)', padding: '4px 0' },
  '.cm-cursor': { borderLeftColor: 'var(--vscode-editorCursor-foreground)' },
  // The colour of placeholders is too pale for text in some themes.
  '.cm-placeholder': { color: 'var(--vscode-descriptionForeground)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    background: 'var(--vscode-editor-selectionBackground)',
  },
  '.cm-selectionBackground': {
    background: 'var(--vscode-editor-inactiveSelectionBackground, var(--vscode-editor-selectionBackground))',
  },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
    background: 'var(--vscode-editorBracketMatch-background, transparent)',
    outline: '1px solid var(--vscode-editorBracketMatch-border, transparent)',
  },
  '.cm-gutters': {
    background: 'transparent',
    border: '0',
    // The colour of line numbers is too pale in the dark theme.
    color: 'var(--vscode-descriptionForeground)',
    userSelect: 'none',
  },
  '.cm-activeLine': { background: 'transparent' },
  '.cm-activeLineGutter': {
    background: 'transparent',
    color: 'var(--vscode-editorLineNumber-activeForeground, var(--vscode-foreground))',
  },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '3ch', padding: '0 6px 0 8px' },
  '.cm-foldGutter .cm-gutterElement': { cursor: 'pointer', padding: '0 2px', width: '16px' },
  '.cm-foldPlaceholder': {
    background: 'var(--vscode-editor-foldBackground, transparent)',
    border: '0',
    color: 'var(--vscode-editor-foldPlaceholderForeground, var(--vscode-descriptionForeground))',
    padding: '0 4px',
  },
  '.cm-searchMatch': {
    background: 'var(--vscode-editor-findMatchHighlightBackground)',
    outline: '1px solid var(--vscode-editor-findMatchHighlightBorder, transparent)',
  },
  // The colours of JSON are too close to the background of a match.
  '.cm-searchMatch, .cm-searchMatch *': { color: 'var(--vscode-editor-foreground)' },
  '.cm-searchMatch-selected': {
    outline: '1px solid var(--vscode-editor-findMatchBorder, var(--vscode-editor-findMatchBackground))',
  },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--vscode-editorError-foreground, var(--vscode-errorForeground)) 1px',
    textUnderlineOffset: '3px',
  },
  '.cm-tooltip': {
    background: 'var(--vscode-editorHoverWidget-background, var(--vscode-editorWidget-background))',
    border: '1px solid var(--vscode-editorHoverWidget-border, var(--vscode-contrastBorder, transparent))',
    color: 'var(--vscode-editorHoverWidget-foreground, var(--vscode-foreground))',
    maxWidth: '60ch',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--vscode-editor-font-family, monospace)',
    maxHeight: '12em',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    background:
      'var(--vscode-editorSuggestWidget-selectedBackground, var(--vscode-list-activeSelectionBackground))',
    color:
      'var(--vscode-editorSuggestWidget-selectedForeground, var(--vscode-list-activeSelectionForeground))',
  },
  '.cm-completionMatchedText': {
    color: 'var(--vscode-editorSuggestWidget-highlightForeground)',
    textDecoration: 'none',
  },
  '.cm-completionDetail': { color: 'inherit', fontStyle: 'normal', opacity: '0.8' },
  '.cm-panels': {
    background: 'var(--vscode-editorWidget-background, var(--vscode-editor-background))',
    borderBottom: '1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent))',
    color: 'var(--vscode-editorWidget-foreground, var(--vscode-foreground))',
    // Where height is scarce, the text keeps some of it.
    maxHeight: '60%',
    overflow: 'auto',
  },
  '.cm-textfield': {
    background: 'var(--vscode-input-background)',
    border: '1px solid var(--vscode-input-border, var(--vscode-contrastBorder, transparent))',
    borderRadius: '4px',
    color: 'var(--vscode-input-foreground)',
    fontSize: 'inherit',
    height: '26px',
    margin: '0',
    padding: '0 6px',
  },
  '.cm-textfield:focus, .cm-button:focus-visible': {
    borderColor: 'var(--vscode-focusBorder)',
    outline: 'none',
  },
  '.cm-button': {
    background: 'var(--vscode-button-secondaryBackground)',
    backgroundImage: 'none',
    border: '1px solid var(--vscode-button-secondaryBorder, var(--vscode-contrastBorder, transparent))',
    borderRadius: '4px',
    color: 'var(--vscode-button-secondaryForeground)',
    cursor: 'pointer',
    fontSize: 'inherit',
    height: '26px',
    margin: '0',
    padding: '0 10px',
  },
  '.cm-button:hover': { background: 'var(--vscode-button-secondaryHoverBackground)' },
  '.cm-panel.cm-search': {
    alignItems: 'center',
    display: 'flex',
    flexWrap: 'wrap',
    fontFamily: 'var(--vscode-font-family)',
    fontSize: 'var(--vscode-font-size)',
    gap: '4px 8px',
    padding: '4px 36px 4px 12px',
  },
  '.cm-panel.cm-search br': { display: 'none' },
  '.cm-panel.cm-search .cm-textfield': { flex: '1 1 140px', minWidth: '0' },
  '.cm-panel.cm-search label': {
    alignItems: 'center',
    display: 'inline-flex',
    fontSize: 'inherit',
    gap: '4px',
    margin: '0',
    minHeight: '24px',
  },
  '.cm-panel.cm-search input[type=checkbox]': { height: '16px', margin: '0', width: '16px' },
  '.cm-panel.cm-search [name=close]': {
    borderRadius: '5px',
    color: 'inherit',
    cursor: 'pointer',
    fontSize: '16px',
    height: '24px',
    right: '8px',
    top: '5px',
    width: '24px',
  },
  '.cm-panel.cm-search [name=close]:hover': { background: 'var(--vscode-toolbar-hoverBackground)' },
  '.cm-variable': {
    color: 'var(--vscode-symbolIcon-variableForeground, var(--vscode-debugTokenExpression-name))',
  },
  '.cm-unknownVariable': {
    textDecoration: 'underline wavy var(--vscode-editorWarning-foreground) 1px',
    textUnderlineOffset: '3px',
  },
  '.cm-name': { color: 'var(--vscode-debugTokenExpression-name)' },
  '.cm-string': { color: 'var(--vscode-debugTokenExpression-string)' },
  '.cm-number': { color: 'var(--vscode-debugTokenExpression-number)' },
  '.cm-word': { color: 'var(--vscode-debugTokenExpression-boolean)' },
  '.cm-replaced': {
    background: 'var(--vscode-editorUnicodeHighlight-background, transparent)',
    borderRadius: '2px',
    color: 'var(--vscode-list-warningForeground)',
    outline: '1px solid var(--vscode-editorUnicodeHighlight-border, transparent)',
  },
});

/** Token colours that every theme of VS Code defines. */
const highlighting = HighlightStyle.define([
  {
    tag: [tags.propertyName, tags.tagName, tags.attributeName],
    color: 'var(--vscode-debugTokenExpression-name)',
  },
  { tag: [tags.string, tags.attributeValue], color: 'var(--vscode-debugTokenExpression-string)' },
  { tag: tags.number, color: 'var(--vscode-debugTokenExpression-number)' },
  { tag: [tags.bool, tags.null], color: 'var(--vscode-debugTokenExpression-boolean)' },
]);

/** @param nonce of the page's policy, for the style sheets that CodeMirror adds */
export function editorTheme(nonce: string): Extension {
  return [EditorView.cspNonce.of(nonce), theme, syntaxHighlighting(highlighting)];
}

/** The nonce of the page's policy. Browsers hide it from the attribute, not from the property. */
export function pageNonce(): string {
  return document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? '';
}
