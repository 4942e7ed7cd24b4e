import ts from 'typescript';

/**
 * Where VS Code interprets texts (icons, links, Markdown): the interface or namespace of its API and the name of the
 * property, or of the function with the number of its parameter. From the sources of VS Code: quickInputUtils.ts,
 * linkedText.ts, iconLabels.ts, treeView.ts, notificationsViewer.ts, codelensWidget.ts, suggestWidgetRenderer.ts.
 */
const PROPERTIES = new Set([
  ...['QuickPickItem.label', 'QuickPickItem.description', 'QuickPickItem.detail'],
  ...['InputBoxOptions.prompt', 'InputBoxOptions.validateInput', 'QuickPickOptions.prompt'],
  ...['InputBox.prompt', 'InputBox.validationMessage', 'ProgressOptions.title'],
  ...[
    'TreeItem.label',
    'TreeItemLabel.label',
    'TreeItem.description',
    'TreeItem.tooltip',
    'TreeView.message',
    'TreeView.description',
  ],
  ...['StatusBarItem.text', 'StatusBarItem.tooltip', 'Command.title', 'WebviewPanel.title'],
  ...['TestItem.label', 'TestItem.description', 'TestItem.error', 'MessageOptions.detail'],
  ...['CompletionItem.label', 'CompletionItem.detail', 'CompletionItem.documentation'],
  ...['DecorationOptions.hoverMessage'],
]);
const PARAMETERS = new Set([
  ...['window.showInformationMessage.0', 'window.showWarningMessage.0', 'window.showErrorMessage.0'],
  ...['window.setStatusBarMessage.0', 'window.createWebviewPanel.1', 'TestController.createTestItem.1'],
  ...['MarkdownString.constructor.0', 'MarkdownString.appendMarkdown.0', 'TreeItem.constructor.0'],
  ...['CompletionItem.constructor.0', 'DocumentSymbol.constructor.0', 'DocumentSymbol.constructor.1'],
  ...['TestMessage.constructor.0', 'Hover.constructor.0'],
]);

/** The functions of src/vscode/inertText.ts that make foreign text inert. */
const ESCAPES = new Set(['inertText', 'inertMarkdown', 'inertCheck', 'ownMarkdown']);

const name = 'inert-texts';

const rule = {
  meta: {
    type: 'problem',
    docs: { description: 'Texts of files and servers reach the interface of VS Code through inertText only' },
    messages: {
      raw: 'VS Code renders links or icons in {{sink}}: pass the text through inertText (src/vscode/inertText.ts).',
    },
    schema: [],
  },
  create(context) {
    const { esTreeNodeToTSNodeMap: nodes, program } = context.sourceCode.parserServices;
    const checker = program.getTypeChecker();

    /** Whether the expression cannot contain foreign text. */
    const isInert = (node) => {
      switch (node?.type) {
        case undefined:
        case 'Literal':
          return true;
        case 'TemplateLiteral':
          return node.expressions.every(isInert);
        case 'ConditionalExpression':
          return isInert(node.consequent) && isInert(node.alternate);
        case 'LogicalExpression':
          return isInert(node.left) && isInert(node.right);
        case 'AwaitExpression':
          return isInert(node.argument);
        case 'CallExpression':
          return isInertCall(node);
        case 'Identifier':
          return hasOwnType(node) || isInertConstant(node);
        default:
          return hasOwnType(node);
      }
    };
    const isInertCall = (node) => {
      const { callee, arguments: given } = node;
      if (callee.type === 'Identifier' && ESCAPES.has(callee.name)) return true;
      const isTranslation =
        callee.type === 'MemberExpression' &&
        (callee.object.name ?? callee.object.property?.name) === 'l10n' &&
        callee.property.name === 't';
      return (isTranslation && given.every(isInert)) || hasOwnType(node);
    };
    /**
     * Literal types, numbers and booleans contain no foreign text. Objects such as MarkdownString are allowed too,
     * because their own sinks are checked.
     */
    const hasOwnType = (node) => {
      const type = checker.getTypeAtLocation(nodes.get(node));
      const own = ts.TypeFlags.StringLiteral | ts.TypeFlags.NumberLike | ts.TypeFlags.BooleanLike;
      const empty = ts.TypeFlags.Undefined | ts.TypeFlags.Null | ts.TypeFlags.Void;
      return (type.isUnion() ? type.types : [type]).every(
        (each) =>
          each.flags & (own | empty) ||
          (each.flags & ts.TypeFlags.Object && each.getCallSignatures().length === 0),
      );
    };
    /** A constant is as inert as its initial value. */
    const isInertConstant = (node) => {
      const variable = context.sourceCode
        .getScope(node)
        .references.find(({ identifier }) => identifier === node);
      const [definition] = variable?.resolved?.defs ?? [];
      const { init } = definition?.node ?? {};
      return definition?.parent?.kind === 'const' && init !== undefined && init !== null && isInert(init);
    };
    const check = (sink, node) => {
      if (!isInert(node)) context.report({ node, messageId: 'raw', data: { sink } });
    };
    /** `Interface.property` for a declaration of VS Code's API. */
    const declared = (symbol) =>
      symbol?.declarations?.map((declaration) => {
        const file = declaration.getSourceFile().fileName;
        if (!/vscode\/index\.d\.ts$/.test(file)) return undefined;
        const owner = declaration.parent.name ?? declaration.parent.parent?.name;
        const own = ts.isConstructorDeclaration(declaration) ? 'constructor' : declaration.name?.getText();
        return `${owner?.getText()}.${own}`;
      });
    const sinkOf = (symbol, wanted) => declared(symbol)?.find((each) => each && wanted(each));

    const isInPick = (node) => {
      if (!node) return false;
      return (
        (node.type === 'CallExpression' && node.callee.property?.name === 'showQuickPick') ||
        isInPick(node.parent)
      );
    };

    return {
      Property(node) {
        if (node.parent.type !== 'ObjectExpression' || node.computed) return;
        const object = nodes.get(node.parent);
        const type = checker.getContextualType(object);
        const key = node.key.name ?? node.key.value;
        const types = type === undefined ? [] : type.isUnion() ? type.types : [type];
        for (const each of types) {
          const sink = sinkOf(each.getProperty(key), (found) => PROPERTIES.has(found));
          if (sink) return check(sink, node.value);
        }
        // The items' type is inferred from the literal itself.
        const sink = `QuickPickItem.${key}`;
        if (PROPERTIES.has(sink) && isInPick(node)) check(sink, node.value);
      },
      AssignmentExpression(node) {
        if (node.left.type !== 'MemberExpression') return;
        const symbol = checker.getSymbolAtLocation(nodes.get(node.left.property));
        const sink = sinkOf(symbol, (found) => PROPERTIES.has(found));
        if (sink) check(sink, node.right);
      },
      'CallExpression, NewExpression'(node) {
        const declaration = checker.getResolvedSignature(nodes.get(node))?.declaration;
        if (!declaration) return;
        const [found] = declared({ declarations: [declaration] }) ?? [];
        node.arguments.forEach((argument, index) => {
          const sink = `${found}.${index}`;
          if (PARAMETERS.has(sink)) check(sink, argument);
        });
      },
    };
  },
};

/** An eslint plugin with the rule. */
export const inertTexts = { meta: { name: 'duplex' }, rules: { [name]: rule } };
