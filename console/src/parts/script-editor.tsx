import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { basicSetup } from 'codemirror';
import { useEffect, useRef } from 'react';
import { EDITOR_LOOK } from './editor-look.ts';

export interface ScriptEditorProps {
  /** For those who do not see it. */
  readonly label: string;
  readonly initial: string;
  readonly readOnly?: boolean;
  /** Hears of each change. */
  readonly onChange?: (text: string) => void;
}

/** A script's text. */
export default function ScriptEditor({ label, initial, readOnly = false, onChange }: ScriptEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const hear = useRef(onChange);
  hear.current = onChange;
  useEffect(() => {
    if (!place.current) return;
    // In a root of its own the editor's style sheets are constructed, not written into the page, which the content security policy forbids.
    const root = place.current.shadowRoot ?? place.current.attachShadow({ mode: 'open' });
    const view = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: initial,
        extensions: [
          basicSetup,
          EDITOR_LOOK,
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': String(readOnly) }),
          EditorState.readOnly.of(readOnly),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) hear.current?.(update.state.doc.toString());
          }),
        ],
      }),
    });
    return () => view.destroy();
  }, [initial, label, readOnly]);
  return <div ref={place} />;
}
