import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { FailureAlert } from './failure-alert.tsx';
import { focusNear, rowOf } from './kept-focus.ts';
import { useAction } from './loaded.ts';

export interface DialogProps {
  readonly title: string;
  /** What the button says: `Create access key`. */
  readonly verb: string;
  /** Does it; the dialog closes when it went well, and says how it failed otherwise. */
  readonly work: () => Promise<unknown>;
  readonly close: () => void;
  /** Leaves without doing it; `close` when absent. */
  readonly cancel?: () => void;
  readonly children?: ReactNode;
  readonly isReady?: boolean;
  readonly size?: 'medium' | 'large';
}

/** Asks before something is done, and does it. */
export function Dialog({ title, verb, work, close, cancel = close, children, isReady = true, size = 'medium' }: DialogProps) {
  const action = useAction(work);
  // By its form, so that the Enter key in a field does it too.
  const form = useId();
  useReturnedFocus();
  const submit = async () => {
    if (isReady && !action.isRunning && (await action.run())) close();
  };
  return (
    <Modal
      visible
      header={title}
      onDismiss={cancel}
      closeAriaLabel="Close"
      size={size}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={cancel}>
              Cancel
            </Button>
            <Button variant="primary" disabled={!isReady} loading={action.isRunning} form={form}>
              {verb}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form
        id={form}
        onSubmit={(event) => {
          event.preventDefault();
          // A dialog may be opened from within a form, which is not what is sent.
          event.stopPropagation();
          void submit();
        }}
      >
        <SpaceBetween size="m">
          <FailureAlert failure={action.failure} />
          <FocusOnField>
            <SpaceBetween size="m">{children}</SpaceBetween>
          </FocusOnField>
        </SpaceBetween>
      </form>
    </Modal>
  );
}

/** Gives the focus back to what opened the dialog; near it, where it went with its row; to the page, where neither is there. */
function useReturnedFocus(): void {
  const [opener] = useState(() => document.activeElement);
  const [row] = useState(() => rowOf(opener));
  useEffect(
    () => () => {
      if (opener instanceof HTMLElement && opener.isConnected && opener !== document.body) opener.focus({ preventScroll: true });
      else if (row?.table.isConnected) focusNear(row);
      else document.getElementById('page')?.focus({ preventScroll: true });
    },
    [opener, row],
  );
}

/** Puts the focus on the first field, where there is one: Cloudscape puts it on the button that closes the dialog. */
function FocusOnField({ children }: { children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Cloudscape's own effect comes after this one.
    const timer = setTimeout(() => {
      const first = place.current?.querySelector<HTMLElement>('input, textarea, button');
      // What suggests something opens once it has the focus, over the rest of the dialog.
      if (first?.role !== 'combobox') first?.focus();
    });
    return () => clearTimeout(timer);
  }, []);
  return <div ref={place}>{children}</div>;
}

export interface DeleteDialogProps {
  /** `user` */
  readonly noun: string;
  readonly name: string;
  /** What goes with it. */
  readonly children?: ReactNode;
  readonly work: () => Promise<unknown>;
  readonly close: () => void;
  /** Whether nothing stands in the way. */
  readonly isReady?: boolean;
}

/** Asks for the name of what is to be destroyed before destroying it. */
export function DeleteDialog({ noun, name, children, work, close, isReady = true }: DeleteDialogProps) {
  const [typed, setTyped] = useState('');
  return (
    <Dialog title={`Delete ${noun} ${name}?`} verb="Delete" work={work} close={close} isReady={isReady && typed === name}>
      {children}
      <FormField label={`To confirm, type the ${noun}'s name: ${name}`}>
        <Input value={typed} onChange={({ detail }) => setTyped(detail.value)} autoComplete={false} spellcheck={false} autoFocus />
      </FormField>
    </Dialog>
  );
}
