import { l10n, MarkdownString, Range, ThemeColor, Uri, window } from 'vscode';
import type { DecorationOptions, DecorationRenderOptions, Disposable, TextEditor } from 'vscode';
import { makeVisible } from '../../core/format/visible.ts';
import type { RunFailure, RunStatus, StepResult } from '../../core/request/run/runResult.ts';
import { inertMarkdown } from '../inertText.ts';
import type { RequestRun, RequestRuns } from './requestRuns.ts';

type Look = RunStatus | 'running';

const LOOKS: Readonly<Record<Look, { readonly mark: string; readonly colour: string }>> = {
  passed: { mark: '✓', colour: 'testing.iconPassed' },
  failed: { mark: '✗', colour: 'testing.iconFailed' },
  error: { mark: '✗', colour: 'testing.iconErrored' },
  skipped: { mark: '–', colour: 'testing.iconSkipped' },
  running: { mark: '…', colour: 'testing.iconQueued' },
};

/**
 * Shows the result of the last run beside each step of a request. The messages of the Test Explorer show the
 * failures.
 */
export function createRunDecorations(runs: RequestRuns): Disposable {
  const types = new Map(
    Object.entries(LOOKS).map(([look, { colour }]) => [
      look as Look,
      window.createTextEditorDecorationType(styleOf(look as Look, new ThemeColor(colour))),
    ]),
  );
  /** The version of the document that was run. Another version may have other lines. */
  const versions = new Map<string, number>();

  const draw = (editor: TextEditor): void => {
    const { document } = editor;
    const uri = document.uri.toString();
    const all = versions.get(uri) === document.version ? runs.in(uri) : [];
    const byLook = new Map([...types.keys()].map((look) => [look, [] as DecorationOptions[]]));
    for (const run of all)
      for (const { look, options } of decorationsOf(run, editor)) byLook.get(look)!.push(options);
    for (const [look, options] of byLook) editor.setDecorations(types.get(look)!, options);
  };
  const stop = runs.onDidChange(({ placed: { uri } }) => {
    const editors = window.visibleTextEditors.filter(({ document }) => document.uri.toString() === uri);
    for (const editor of editors) {
      versions.set(uri, editor.document.version);
      draw(editor);
    }
  });
  // Decorations move with the text while it is edited; a new editor starts without them.
  const subscription = window.onDidChangeVisibleTextEditors((editors) => editors.forEach(draw));
  return {
    dispose() {
      stop();
      subscription.dispose();
      for (const type of types.values()) type.dispose();
    },
  };
}

function styleOf(look: Look, color: ThemeColor): DecorationRenderOptions {
  return {
    after: { color, margin: '0 0 0 2em' },
    ...(look === 'failed' && { overviewRulerColor: color }),
  };
}

interface Decoration {
  readonly look: Look;
  readonly options: DecorationOptions;
}

function decorationsOf(run: RequestRun, editor: TextEditor): Decoration[] {
  const { placed, steps, running, result } = run;
  const ended = (result?.steps ?? steps).filter(({ failure }) => failure === undefined);
  const drawn = ended.map((step): Decoration => ({
    look: step.status,
    options: optionsOf(editor, lineOf(step), step.status, stepText(step), hoverOf(run, step)),
  }));
  const current = result === undefined && running !== undefined ? placed.request.steps[running] : undefined;
  if (current)
    drawn.push({
      look: 'running',
      options: optionsOf(editor, current.range.start.line, 'running', l10n.t('running'), undefined),
    });
  return drawn;
}

/** A failure is shown at its directive. */
function lineOf({ failure, range }: StepResult): number {
  return (failure?.range ?? range).start.line;
}

function optionsOf(
  { document }: TextEditor,
  line: number,
  look: Look,
  text: string,
  hoverMessage: MarkdownString | undefined,
): DecorationOptions {
  const { end } = document.lineAt(Math.min(line, document.lineCount - 1)).range;
  return {
    range: new Range(end, end),
    renderOptions: { after: { contentText: `${LOOKS[look].mark} ${text}` } },
    ...(hoverMessage && { hoverMessage }),
  };
}

/** All details of a step's result, with a link to the message. */
function hoverOf({ session }: RequestRun, step: StepResult): MarkdownString {
  const hover = new MarkdownString();
  const { failure, expectations, captures } = step;
  if (failure) inertMarkdown(failure.message, hover);
  for (const { status, expected, actual } of expectations)
    hover.appendCodeblock(
      `${LOOKS[status].mark} ${expected}${status === 'failed' ? `\n  ${actual}` : ''}`,
      'plaintext',
    );
  for (const { name, value } of captures) hover.appendCodeblock(`${name} = ${value}`, 'plaintext');
  if (failure?.best) {
    const { seq, expected, actual } = failure.best;
    hover
      .appendText(l10n.t('Closest was #{0}:', seq))
      .appendCodeblock(`${expected}\n  ${actual}`, 'plaintext');
  }
  const seq = failure?.seq ?? failure?.best?.seq ?? step.received ?? step.sent;
  if (session && seq !== undefined) {
    const link = Uri.from({
      scheme: 'command',
      path: 'duplex.goToMessage',
      query: JSON.stringify([session.id, seq]),
    });
    hover.isTrusted = { enabledCommands: ['duplex.goToMessage'] };
    // eslint-disable-next-line duplex/inert-texts -- the arguments of the link are encoded
    hover.appendMarkdown(`\n\n[${l10n.t('Show message #{0}', seq)}](${link.toString()})`);
  }
  return hover;
}

/** Maximum characters of a result at the end of a line. */
const MAX_TEXT = 120;

/** The short result of a step. It may quote a server, with invisible characters made visible. */
export function stepText({ status, failure, latency, duration }: StepResult): string {
  if (status === 'skipped') return l10n.t('not reached');
  if (failure) return short(failureText(failure));
  const took = latency ?? duration;
  return took < 1 ? l10n.t('{0} ms', took.toFixed(1)) : l10n.t('{0} ms', Math.round(took));
}

/** The expected and the actual value if both exist, else the whole sentence. */
function failureText({ expected, actual, message }: RunFailure): string {
  return expected !== undefined && actual !== undefined
    ? l10n.t('expected {0}, got {1}', expected, actual)
    : message;
}

function short(text: string): string {
  const visible = makeVisible(text);
  return visible.length > MAX_TEXT ? `${visible.slice(0, MAX_TEXT)}…` : visible;
}
