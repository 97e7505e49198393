import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { Copyable } from '../parts/detail-page.tsx';
import { saveFile } from '../parts/save-file.ts';

export interface NewSecret {
  /** `alice-accessKeys.csv` */
  readonly file: string;
  /** Column → value, as AWS's own files have them. */
  readonly values: Readonly<Record<string, string>>;
}

/** Quotes what a spreadsheet would take for more than a text. */
const csvText = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** What is told on one occasion only; the other columns say for whom and where it is good. */
const SECRETS: ReadonlySet<string> = new Set(['Password', 'Secret access key']);

/** Secrets on the one occasion on which they are told: to be copied, or kept as a file. */
export function NewSecrets({ secret }: { secret: NewSecret }) {
  const save = () => {
    const rows = [Object.keys(secret.values), Object.values(secret.values)].map((row) => row.map(csvText).join(','));
    saveFile(secret.file, 'text/csv', `${rows.join('\r\n')}\r\n`);
  };
  return (
    <SpaceBetween size="m">
      {Object.keys(secret.values).some((label) => SECRETS.has(label)) && (
        <Alert type="warning">This is the only time that it is shown. Keep it where only its owner can read it.</Alert>
      )}
      <KeyValuePairs
        columns={1}
        items={Object.entries(secret.values).map(([label, value]) => ({
          label,
          value: <Copyable text={value} {...(SECRETS.has(label) && { label })} />,
        }))}
      />
      <Button iconName="download" onClick={save}>
        Download .csv file
      </Button>
    </SpaceBetween>
  );
}
