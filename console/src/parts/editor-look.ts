import { EditorView } from '@codemirror/view';

/** How every editor looks, in light and in dark. */
export const EDITOR_LOOK = EditorView.theme({
  '&': { fontSize: '0.85rem', border: '1px solid #8c8c94', borderRadius: '0.5rem', overflow: 'hidden', color: 'inherit' },
  '&.cm-focused': { outline: '2px solid light-dark(#006ce0, #42b4ff)' },
  '.cm-scroller': { fontFamily: 'ui-monospace, monospace', maxHeight: '28rem', minHeight: '8rem' },
  '.cm-content': { caretColor: 'currentColor' },
  '.cm-cursor': { borderLeftColor: 'currentColor' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'light-dark(#5f6b7a, #a4a4ad)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'light-dark(#0000000a, #ffffff12)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'light-dark(#b5d5ff, #1b4f8f)',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'light-dark(#006ce0, #1b4f8f)', color: '#fff' },
  '.cm-completionDetail': { fontStyle: 'normal', opacity: '0.75' },
  '.cm-tooltip': { backgroundColor: 'light-dark(#fff, #232b37)', color: 'light-dark(#0f141a, #dedee3)' },
  '.cm-panels': { backgroundColor: 'light-dark(#f3f3f7, #232b37)', color: 'inherit' },
});
