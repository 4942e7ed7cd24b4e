import { l10n, Uri, workspace } from 'vscode';
import type { Disposable, LogOutputChannel, TestController, TestItem } from 'vscode';
import { detach } from '../report.ts';
import { editorRange } from '../requestFiles/requestDocuments.ts';
import type { ListedRequest } from '../requestFiles/listedRequests.ts';
import type { RequestIndex } from '../requestFiles/requestIndex.ts';
import type { PlacedRequest } from '../../core/request/run/runPorts.ts';
import { requestKey } from '../../core/request/syntax/requestKey.ts';
import { inertText } from '../inertText.ts';

/** The file, request or expectation of an item of the Test Explorer. */
export type TestSubject =
  | { readonly kind: 'file'; readonly uri: Uri }
  | { readonly kind: 'request'; readonly uri: Uri; readonly which: string | number }
  | { readonly kind: 'check'; readonly uri: Uri };

/** The items of files, requests and expectations, kept in step with the request files of the workspace. */
export class TestItems implements Disposable {
  readonly #controller: TestController;
  readonly #index: RequestIndex;
  readonly #subjects = new WeakMap<TestItem, TestSubject>();
  readonly #subscription: Disposable;

  constructor(controller: TestController, index: RequestIndex, log: LogOutputChannel) {
    this.#controller = controller;
    this.#index = index;
    this.#subscription = index.onDidChange((uri) => {
      const file = uri && controller.items.get(uri.toString());
      if (file) detach(this.resolve(file), log);
      else if (uri === undefined) detach(this.listFiles(), log);
    });
  }

  subjectOf(item: TestItem): TestSubject | undefined {
    return this.#subjects.get(item);
  }

  /** Lists the files of the workspace. Requests that are already listed stay listed. */
  async listFiles(): Promise<void> {
    const { files } = await this.#index.files();
    const items = files.map((uri) => this.#controller.items.get(uri.toString()) ?? this.#fileItem(uri));
    this.#controller.items.replace(items);
    await Promise.all(items.filter(({ children }) => children.size > 0).map((item) => this.resolve(item)));
  }

  /** Puts the requests of a file below it. */
  async resolve(file: TestItem): Promise<void> {
    const subject = this.#subjects.get(file);
    if (subject?.kind !== 'file') return;
    const content = await this.#index.content(subject.uri);
    file.error = 'problem' in content ? inertText(content.problem) : undefined;
    const requests = 'requests' in content ? content.requests : [];
    file.children.replace(requests.map((request) => this.#requestItem(subject.uri, request, file)));
  }

  /** The item of a request in an editor, even of an unsaved file; undefined if the file cannot be listed. */
  async itemOf({ uri, file, request }: PlacedRequest): Promise<TestItem | undefined> {
    let item = this.#controller.items.get(uri);
    if (item === undefined) {
      item = this.#fileItem(Uri.parse(uri, true));
      this.#controller.items.add(item);
    }
    await this.resolve(item);
    return item.children.get(`${uri}#${JSON.stringify(requestKey(file, request))}`);
  }

  /** The item of an expectation of a request, by its line. */
  checkAt(request: TestItem, line: number): TestItem | undefined {
    return request.children.get(`${request.id}:${line}`);
  }

  /** All requests below an item, the item itself among them. */
  async requestsBelow(item: TestItem): Promise<TestItem[]> {
    const subject = this.#subjects.get(item);
    if (subject?.kind === 'request') return [item];
    if (subject?.kind === 'check') return item.parent ? [item.parent] : [];
    await this.resolve(item);
    return [...item.children].map(([, child]) => child);
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #fileItem(uri: Uri): TestItem {
    const path = workspace.asRelativePath(uri);
    const item = this.#controller.createTestItem(uri.toString(), inertText(path), uri);
    item.canResolveChildren = true;
    this.#subjects.set(item, { kind: 'file', uri });
    return item;
  }

  #requestItem(uri: Uri, request: ListedRequest, file: TestItem): TestItem {
    const { which, name, url, error, range, checks } = request;
    const id = `${uri.toString()}#${JSON.stringify(which)}`;
    const item = file.children.get(id) ?? this.#controller.createTestItem(id, '', uri);
    this.#subjects.set(item, { kind: 'request', uri, which });
    item.label = inertText(name ?? url);
    item.description = name === undefined ? '' : inertText(url);
    item.range = editorRange(range);
    item.error =
      error === undefined ? undefined : inertText(l10n.t('Not runnable: error in line {0}', error));
    item.children.replace(
      checks.map(({ text, range: place }) => {
        const check = this.#controller.createTestItem(`${id}:${place.start.line}`, inertText(text), uri);
        check.range = editorRange(place);
        this.#subjects.set(check, { kind: 'check', uri });
        return check;
      }),
    );
    return item;
  }
}
