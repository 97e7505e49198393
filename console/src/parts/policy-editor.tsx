import Box from '@cloudscape-design/components/box';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { startCompletion } from '@codemirror/autocomplete';
import { json, jsonLanguage, jsonParseLinter } from '@codemirror/lang-json';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, linter, lintGutter } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { basicSetup } from 'codemirror';
import { useEffect, useRef, useState } from 'react';
import { type PolicyError, type PolicyKind, policySize, validatePolicy } from '../../../src/policy/index.ts';
import { readActions } from '../reference/catalogue.ts';
import { actionsIn, unknownActions } from '../reference/policy-summary.ts';
import { useSignedIn } from '../signed-in.tsx';
import { EDITOR_LOOK } from './editor-look.ts';
import { policyCompletion } from './policy-completion.ts';

export interface PolicyEditorProps {
  /** For those who do not see it. */
  readonly label: string;
  /** By whose rules it is checked. */
  readonly kind: PolicyKind;
  readonly initial: string;
  readonly readOnly?: boolean;
  /** Hears of the text, and what is wrong with it as the server would say it, at the beginning and after each change. */
  readonly onChange?: (text: string, problem: PolicyError | undefined) => void;
}

const COLOURS = HighlightStyle.define([
  { tag: tags.propertyName, color: 'light-dark(#7d2105, #ffb38a)' },
  { tag: tags.string, color: 'light-dark(#00623b, #7ee0a8)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'light-dark(#1d3fbb, #9db8ff)' },
]);

/** Actions of a valid policy that AWS does not have; none where it cannot be told. */
const slipsIn = (text: string): Promise<readonly string[]> =>
  readActions().then(
    (known) => unknownActions(actionsIn(text), known),
    () => [],
  );

/** Where a policy writes an action, whatever the case of its service. */
function slipsAt(text: string, slips: readonly string[]): Diagnostic[] {
  const folded = text.toLowerCase();
  return slips.flatMap((slip) => {
    const from = folded.indexOf(`"${slip.toLowerCase()}"`);
    const message = `AWS has no action ${slip}.`;
    return from < 0 ? [] : [{ from, to: from + slip.length + 2, severity: 'warning' as const, message }];
  });
}

/** What stands before the cursor, in its line. */
function before({ doc, selection }: EditorState): string {
  const { from } = doc.lineAt(selection.main.head);
  return doc.sliceString(from, selection.main.head);
}

/** A policy's text, checked while it is written by the same rules and sentences as the server's: the engine itself runs here. */
export default function PolicyEditor({ label, kind, initial, readOnly = false, onChange }: PolicyEditorProps) {
  const { aws, session } = useSignedIn();
  const { region } = aws;
  const { id: account } = session.account;
  const place = useRef<HTMLDivElement>(null);
  const hear = useRef(onChange);
  hear.current = onChange;
  const [problem, setProblem] = useState<PolicyError | undefined>();
  const [size, setSize] = useState(0);
  const [isTouched, setTouched] = useState(false);
  const [slips, setSlips] = useState<readonly string[]>([]);
  useEffect(() => {
    if (!place.current) return;
    // In a root of its own the editor's style sheets are constructed, not written into the page, which the content security policy forbids.
    const root = place.current.shadowRoot ?? place.current.attachShadow({ mode: 'open' });
    const check = (text: string): PolicyError | undefined => {
      const found = validatePolicy(text, kind);
      setProblem(found);
      setSize(policySize(text));
      setSlips([]);
      if (!found && !readOnly)
        void slipsIn(text).then((unknown) => {
          if (view.state.doc.toString() === text) setSlips(unknown);
        });
      hear.current?.(text, found);
      return found;
    };
    const parse = jsonParseLinter();
    const view = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: initial,
        extensions: [
          basicSetup,
          json(),
          readOnly ? [] : jsonLanguage.data.of({ autocomplete: policyCompletion({ account, region }) }),
          EDITOR_LOOK,
          syntaxHighlighting(COLOURS),
          EditorView.lineWrapping,
          // By name, so that whoever looks for what the keyboard reaches finds it in a text that scrolls.
          EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': String(readOnly), tabindex: '0' }),
          EditorState.readOnly.of(readOnly),
          lintGutter(),
          linter(async (editor): Promise<readonly Diagnostic[]> => {
            const text = editor.state.doc.toString();
            const found = validatePolicy(text, kind);
            if (!found) return readOnly ? [] : slipsAt(text, await slipsIn(text));
            // What nobody has written yet is not wrong yet.
            if (text === initial) return [];
            const broken = parse(editor);
            if (broken.length > 0) return broken;
            const line = editor.state.doc.line(Math.min(found.position?.line ?? 1, editor.state.doc.lines));
            const from = Math.min(line.from + Math.max((found.position?.column ?? 1) - 1, 0), line.to);
            return [{ from, to: Math.max(line.to, from), severity: 'error', message: found.detail || found.message }];
          }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) {
              setTouched(true);
              check(update.state.doc.toString());
            }
            // A service that was chosen asks for its action.
            if (update.transactions.some((each) => each.isUserEvent('input.complete')) && /:$/.test(before(update.state)))
              startCompletion(update.view);
          }),
        ],
      }),
    });
    setTouched(false);
    check(initial);
    return () => view.destroy();
  }, [initial, kind, label, readOnly, account, region]);
  return (
    <div>
      <div ref={place} />
      {!readOnly && (
        <Box padding={{ top: 'xs' }}>
          <div aria-live="polite">
            {problem ? (
              <StatusIndicator type={isTouched ? 'error' : 'info'}>
                {!isTouched && 'Not valid yet: '}
                {problem.message}{' '}
                {problem.detail !== '' && `(${problem.detail}${problem.position ? `, line ${problem.position.line}` : ''})`}
              </StatusIndicator>
            ) : (
              <StatusIndicator type="success">The policy is valid: {size} characters</StatusIndicator>
            )}
            {slips.length > 0 && (
              <Box>
                <StatusIndicator type="warning">AWS has no action {slips.join(', ')}: a slip of the pen?</StatusIndicator>
              </Box>
            )}
          </div>
        </Box>
      )}
    </div>
  );
}
