import type { TopicNames } from '../../core/protocol/protocolModule.ts';
import type { TopicNode, TopicQuery, TopicsUnder } from '../../shared/unitIndexProtocol.ts';
import type { NameTable } from './nameTable.ts';

/** Maximum topics in the tree. Messages of later topics are counted together. */
export const MAX_TOPICS = 10_000;

/** Maximum levels of the tree. The last level holds the rest of the topic. */
export const MAX_TOPIC_LEVELS = 20;

interface Topic {
  /** Number of its name. */
  readonly name: number;
  messages: number;
  lastRow: number;
}

interface Node {
  readonly path: string;
  readonly label: string;
  readonly children: Map<string, Node>;
  /** The children in order; undefined while the order is not known. */
  sorted: readonly Node[] | undefined;
  /** The topic at this path, if it has messages. */
  topic: Topic | undefined;
  /** Number of messages of this topic and of those below it. */
  messages: number;
}

/** A range of the visible nodes, which are those not below a closed node. */
export interface NodePage {
  readonly total: number;
  /** Position of the node that the query names; -1 if it is not visible. */
  readonly active: number;
  readonly nodes: readonly TopicNode[];
}

const collator = new Intl.Collator('en', { numeric: true });

/** The topics of a recording: their messages and the row of the last one, as a list and as a tree. */
export class Topics {
  readonly #topics = new Map<number, Topic>();
  #others = 0;
  #root = newNode('', '');
  /** The form of names that the tree is built with, and the number of topics in it. */
  #form: TopicNames | undefined;
  #placed = 0;

  constructor(private readonly table: NameTable) {}

  /** Number of messages of the topics beyond the limit. */
  get others(): number {
    return this.#others;
  }

  /** Counts a message of a topic. @param name number of the topic's name */
  add(name: number, row: number): void {
    const topic = this.#topics.get(name);
    if (topic) {
      topic.messages++;
      topic.lastRow = row;
    } else if (this.#topics.size < MAX_TOPICS) this.#topics.set(name, { name, messages: 1, lastRow: row });
    else this.#others++;
  }

  /** Number of the topics in the tree. */
  size(form: TopicNames): number {
    const excluded = form.excluded?.filter((name) => this.#isKnown(name)).length ?? 0;
    return this.#topics.size - excluded - (this.#isKnown('') ? 1 : 0);
  }

  /** Up to `count` of the visible nodes, from number `from` on. */
  page(form: TopicNames, { closed, active }: TopicQuery, from: number, count: number): NodePage {
    this.#place(form);
    sum(this.#root);
    const isClosed = new Set(closed);
    const nodes: TopicNode[] = [];
    let total = 0;
    let activeAt = -1;
    const visit = (parent: Node, parentAt: number, level: number): void => {
      const siblings = sortedChildren(parent);
      siblings.forEach((node, index) => {
        const at = total++;
        if (node.path === active) activeAt = at;
        const isBranch = node.children.size > 0;
        const isOpen = isBranch && !isClosed.has(node.path);
        if (at >= from && nodes.length < count) {
          nodes.push({
            path: node.path,
            label: node.label,
            level,
            position: index + 1,
            siblings: siblings.length,
            parent: parentAt,
            messages: node.messages,
            ...(isBranch && { isOpen }),
            ...(node.topic && { last: { row: node.topic.lastRow, value: '' } }),
          });
        }
        if (isOpen) visit(node, at, level + 1);
      });
    };
    visit(this.#root, -1, 1);
    return { total, active: activeAt, nodes };
  }

  /** The topics at and below a node, those with the most messages first. @param most maximum number of topics */
  under(form: TopicNames, path: string, most: number): TopicsUnder {
    this.#place(form);
    let node: Node | undefined = this.#root;
    for (const label of levelsOf(path, form.separator)) node = node?.children.get(label);
    const found = node === undefined || node === this.#root ? [] : [...topicsOf(node)];
    found.sort((a, b) => b.messages - a.messages);
    return {
      names: found.slice(0, most).map(({ name }) => this.table.text(name)),
      matches: found.length,
    };
  }

  #isKnown(name: string): boolean {
    const number = this.table.find(name);
    return number !== undefined && this.#topics.has(number);
  }

  /** Adds the topics since the last call to the tree. */
  #place(form: TopicNames): void {
    if (this.#form !== form) {
      this.#root = newNode('', '');
      this.#form = form;
      this.#placed = 0;
    }
    let index = 0;
    for (const topic of this.#topics.values()) {
      if (index++ < this.#placed) continue;
      const text = this.table.text(topic.name);
      if (text === '' || form.excluded?.includes(text)) continue;
      let node = this.#root;
      let path = '';
      levelsOf(text, form.separator).forEach((label, level) => {
        path = level === 0 ? label : `${path}${form.separator}${label}`;
        let child = node.children.get(label);
        if (!child) {
          child = newNode(path, label);
          node.children.set(label, child);
          node.sorted = undefined;
        }
        node = child;
      });
      node.topic = topic;
    }
    this.#placed = index;
  }
}

/**
 * The levels of a topic; joined by the separator, they are the topic again. An empty level, as at the start of
 * `/topic/chat`, belongs to the level after it.
 */
export function levelsOf(topic: string, separator: string): string[] {
  const levels: string[] = [];
  let pending = '';
  const parts = topic.split(separator);
  for (const [index, part] of parts.entries()) {
    if (levels.length === MAX_TOPIC_LEVELS - 1) {
      levels.push(pending + parts.slice(index).join(separator));
      return levels;
    }
    if (part === '' && index < parts.length - 1) pending += separator;
    else {
      levels.push(pending + part);
      pending = '';
    }
  }
  return levels;
}

function newNode(path: string, label: string): Node {
  return { path, label, children: new Map(), sorted: undefined, topic: undefined, messages: 0 };
}

function sortedChildren(node: Node): readonly Node[] {
  return (node.sorted ??= [...node.children.values()].sort((a, b) => collator.compare(a.label, b.label)));
}

function sum(node: Node): number {
  node.messages = node.topic?.messages ?? 0;
  for (const child of node.children.values()) node.messages += sum(child);
  return node.messages;
}

function* topicsOf(node: Node): Generator<Topic> {
  if (node.topic) yield node.topic;
  for (const child of node.children.values()) yield* topicsOf(child);
}
