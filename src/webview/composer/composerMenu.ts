import type { ComposerMode } from '../../shared/panelProtocol.ts';
import { isMac } from '../base/host.ts';
import { loadAfterStart } from '../base/lazyParts.ts';
import type { MenuItem } from '../parts/menu.ts';
import type { Width } from '../base/width.ts';
import { COMPOSER_TEXT } from './composerTexts.ts';

export const SEND_KEYS = isMac ? '⌘⏎' : 'Ctrl+Enter';
export const FORMAT_KEYS = isMac ? '⇧⌥F' : 'Shift+Alt+F';

interface ComposerState {
  readonly isOpen: boolean;
  readonly mode: ComposerMode;
  readonly asIs: boolean;
  readonly isRepeating: boolean;
  readonly encode: string | undefined;
  readonly room: Width;
}

/** The items of the menu beside the Send button. */
export function composerMenu({ isOpen, mode, asIs, isRepeating, encode, room }: ComposerState): MenuItem[] {
  const canFill = mode === 'text' || mode === 'json';
  return [
    { value: 'selection', text: COMPOSER_TEXT.sendSelection, isDisabled: !isOpen || !canFill },
    { value: 'repeat', text: COMPOSER_TEXT.repeat, isDisabled: !isOpen || isRepeating },
    { value: 'asIs', text: COMPOSER_TEXT.sendAsIs, isOn: asIs, isDisabled: !canFill },
    // In a narrow composer, the button for the format is shown only once one is chosen.
    ...(room === 'narrow' && encode === undefined
      ? [{ value: 'encode', text: COMPOSER_TEXT.encode, isDisabled: !canFill }]
      : []),
    { value: 'ping', text: COMPOSER_TEXT.ping, beginsGroup: true, isDisabled: !isOpen },
    { value: 'closeWithCode', text: COMPOSER_TEXT.closeWithCode, isDisabled: !isOpen },
  ];
}

/** Sends by key regardless of the focus, and before a focused button, which would act on Enter too. */
export function sendKey(send: () => void): AddEventListenerOptions & EventListenerObject {
  return {
    capture: true,
    handleEvent(event) {
      const { key, ctrlKey, metaKey } = event as KeyboardEvent;
      if (key !== 'Enter' || !(ctrlKey || metaKey)) return;
      event.preventDefault();
      event.stopPropagation();
      // Some fields report their text only when they lose the focus.
      event.composedPath()[0]?.dispatchEvent(new Event('change'));
      send();
    },
  };
}

/** Loads what the first frame does not need. */
export function loadComposerParts(composer: EventTarget): void {
  loadAfterStart(composer, {
    'duplex-draft-menus': () => import('./draftMenus.ts'),
    'duplex-repeat-form': () => import('./repeatForm.ts'),
  });
}
