import Box from '@cloudscape-design/components/box';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { Copyable } from '../parts/detail-page.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { useSignedIn } from '../signed-in.tsx';

interface NewDevice {
  readonly SerialNumber: string;
  /** Base64, of the base32 text that is typed into an app. */
  readonly Base32StringSeed: string;
  /** Base64. */
  readonly QRCodePNG: string;
}

export interface EnableMfaProps {
  readonly userName: string;
  readonly close: () => void;
}

/** Gives somebody an authenticator app as second factor: its secret by picture or text, then two codes of it in a row. */
export function EnableMfaDialog({ userName, close }: EnableMfaProps) {
  const { aws } = useSignedIn();
  const [name, setName] = useState(`${userName.replace(/[^\w+=,.@-]/g, '-')}-authenticator`);
  const [device, setDevice] = useState<NewDevice | undefined>();
  const [codes, setCodes] = useState<readonly [string, string]>(['', '']);
  const create = async () => {
    const answer = await aws.iam<{ VirtualMFADevice: NewDevice }>('CreateVirtualMFADevice', { VirtualMFADeviceName: name });
    setDevice(answer.VirtualMFADevice);
  };
  if (!device) {
    return (
      <Dialog
        title={`Second factor for ${userName}`}
        verb="Continue"
        work={create}
        // There is a secret to show next.
        close={() => undefined}
        cancel={close}
        isReady={name !== ''}
      >
        <FormField label="Device name" description="For an authenticator app on a phone or computer.">
          <Input value={name} onChange={({ detail }) => setName(detail.value)} spellcheck={false} autoComplete={false} autoFocus />
        </FormField>
      </Dialog>
    );
  }
  const enable = async () => {
    const [AuthenticationCode1, AuthenticationCode2] = codes;
    await aws.iam('EnableMFADevice', { UserName: userName, SerialNumber: device.SerialNumber, AuthenticationCode1, AuthenticationCode2 });
  };
  // A device that was not put to use would stand in the way of the next attempt; where it stays for all that, that attempt says so.
  const cancel = () => {
    aws
      .iam('DeleteVirtualMFADevice', { SerialNumber: device.SerialNumber })
      .finally(close)
      .catch(() => undefined);
  };
  return (
    <Dialog
      title={`Second factor for ${userName}`}
      verb="Enable"
      work={enable}
      close={close}
      cancel={cancel}
      isReady={codes.every((code) => /^\d{6}$/.test(code))}
    >
      <SpaceBetween size="m">
        <p>Scan this with the app, or type the secret in. It is shown only now.</p>
        <img src={`data:image/png;base64,${device.QRCodePNG}`} alt="The secret as a QR code" width="200" height="200" />
        <Box>
          <Copyable text={atob(device.Base32StringSeed)} />
        </Box>
        {([0, 1] as const).map((i) => (
          <FormField
            key={i}
            label={i === 0 ? 'A code of the app' : 'The next code'}
            description={i === 0 ? 'Six digits.' : 'Half a minute later: wait until the app shows another.'}
          >
            <Input
              value={codes[i]}
              inputMode="numeric"
              autoComplete="one-time-code"
              onChange={({ detail }) => setCodes(i === 0 ? [detail.value.trim(), codes[1]] : [codes[0], detail.value.trim()])}
            />
          </FormField>
        ))}
      </SpaceBetween>
    </Dialog>
  );
}
