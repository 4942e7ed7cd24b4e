import type { Template } from './template.ts';
import type { RequestFile } from './tree.ts';

/** Whether two files mean the same: everything that is run or read by name, at any position. */
export function equalRequestFiles(a: RequestFile, b: RequestFile): boolean {
  return JSON.stringify(meaning(a)) === JSON.stringify(meaning(b));
}

/** The content of a file, without ranges, comments and the form of its lines. */
export function meaning({ blocks, diagnostics }: RequestFile): unknown {
  return {
    blocks: blocks.map(({ separator, preamble, request }) => ({
      title: separator?.title?.text,
      preamble: preamble.flatMap((node) => {
        if (node.kind === 'variable') return [[node.name.text, said(node.value)]];
        return node.kind === 'directive' ? [[node.name.text, node.argument && said(node.argument)]] : [];
      }),
      ...(request && {
        target: [request.target.keyword?.text, said(request.target.url), request.target.version?.text],
        ...(request.listen && {
          listen: said(request.listen),
          below: request.directives.map(({ name, argument }) => [name.text, argument && said(argument)]),
        }),
        headers: request.headers.map(({ name, value }) => [name.text, said(value)]),
        steps: request.steps.map(({ separator: above, directives, payload }) => ({
          separator: above && { wait: above.wait?.text, rule: above.rule?.text },
          directives: directives.map(({ name, argument, condition, capture }) => [
            name.text,
            // Blanks between the parts of a condition do not count.
            condition
              ? [
                  condition.subject.argument && said(condition.subject.argument),
                  condition.subject.of,
                  condition.negation?.text,
                  condition.operator.text,
                  condition.value && said(condition.value),
                ]
              : capture
                ? [
                    capture.name.text,
                    capture.subject.of,
                    capture.subject.argument && said(capture.subject.argument),
                  ]
                : argument && said(argument),
          ]),
          payload: payload && [payload.kind, said(payload.kind === 'text' ? payload.text : payload.path)],
        })),
      }),
    })),
    errors: diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code),
  };
}

function said({ parts }: Template): unknown {
  return parts.map((part) =>
    typeof part === 'string' ? part : { name: part.name.text, argument: part.argument?.text },
  );
}
