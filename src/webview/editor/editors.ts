// The entry of the lazy chunk with CodeMirror: loaded when a composer or a message is first shown.
export { createComposerEditor } from './composerEditor.ts';
export { createReadingEditor } from './readingEditor.ts';
