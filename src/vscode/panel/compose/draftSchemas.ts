import { l10n, window } from 'vscode';
import { schemaNamed } from '../../../core/request/plan/encodeBody.ts';
import { parseDecodeRule } from '../../../core/text/decodeRule.ts';
import type { ProtobufTypes } from '../../../engine/schemas.ts';
import { DuplexError } from '../../../shared/errors.ts';
import type { Draft } from '../../../shared/panelProtocol.ts';
import { inertCheck } from '../../inertText.ts';
import { workspacePath } from '../../settings.ts';
import { requireTrust } from '../../trust.ts';

/** The schemas by which drafts are encoded. */
export interface DraftSchemas {
  /**
   * Asks for a type and its schema.
   * @param format the current format, if it is `protobuf NAME from FILE`
   * @returns the new format; undefined if the user cancelled
   * @throws DuplexError `call.invalid` in Restricted Mode, `file.invalid`, `disk.denied` if the schema cannot be used
   */
  ask(format: string): Promise<string | undefined>;
  /** Allows the schema of a draft that comes from the host to be read, and returns the draft. */
  readonly offered: (draft: Draft) => Draft;
  /** @returns an absolute path. @throws DuplexError `call.invalid` for a file that was neither chosen nor offered */
  readonly pathOf: (file: string) => string;
}

/** Reads only the files that were chosen here, as for files to send. @param rules the option `decode` of the session */
export function createDraftSchemas(rules: () => readonly string[], types: ProtobufTypes): DraftSchemas {
  const known = new Set<string>();
  const ruled = (): string[] =>
    rules().flatMap((text) => {
      const rule = parseDecodeRule(text);
      return 'problem' in rule || rule.file === undefined ? [] : [`${rule.message} from ${rule.file}`];
    });
  return {
    async ask(format) {
      requireTrust('read');
      const current = /^protobuf\s+(.*)$/is.exec(format)?.[1] ?? ruled()[0] ?? '';
      const typed = await window.showInputBox({
        title: l10n.t('Encode as Protobuf'),
        prompt: l10n.t(
          'The message type and its schema: a .proto file of the workspace, or a descriptor set.',
        ),
        placeHolder: 'feed.Tick from protos/feed.proto',
        value: current,
        validateInput: inertCheck((text) =>
          schemaNamed(`protobuf ${text}`)
            ? undefined
            : l10n.t('Type NAME from FILE, as in {0}.', 'feed.Tick from protos/feed.proto'),
        ),
      });
      const schema = typed === undefined ? undefined : schemaNamed(`protobuf ${typed}`);
      if (!schema) return undefined;
      await types.type(workspacePath(schema.file), schema.message);
      known.add(schema.file);
      return `protobuf ${schema.message} from ${schema.file}`;
    },
    offered(draft) {
      const schema = draft.encode === undefined ? undefined : schemaNamed(draft.encode);
      if (schema) known.add(schema.file);
      return draft;
    },
    pathOf(file) {
      if (known.has(file) || ruled().some((each) => each.endsWith(` from ${file}`)))
        return workspacePath(file);
      throw new DuplexError(
        'call.invalid',
        l10n.t('Choose the schema again: it was chosen before the window was reloaded.'),
      );
    },
  };
}
