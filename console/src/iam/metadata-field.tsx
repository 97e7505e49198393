import FileUpload from '@cloudscape-design/components/file-upload';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';

/** The metadata of a SAML provider: pasted, or from a file. */
export function MetadataField({ value, onChange }: { value: string; onChange: (next: string) => void }) {
  return (
    <FormField label="Metadata" description="The XML document that the provider publishes: its name, its keys, where it signs people in.">
      <SpaceBetween size="xs">
        <FileUpload
          value={[]}
          accept=".xml,text/xml,application/xml"
          onChange={({ detail }) => {
            const [file] = detail.value;
            if (file) void file.text().then(onChange);
          }}
          i18nStrings={{
            uploadButtonText: () => 'Choose a file',
            dropzoneText: () => 'Drop the file here',
            removeFileAriaLabel: () => 'Remove the file',
            limitShowFewer: 'Show fewer',
            limitShowMore: 'Show more',
            errorIconAriaLabel: 'Error',
          }}
        />
        <Textarea value={value} rows={6} spellcheck={false} ariaLabel="Metadata" onChange={({ detail }) => onChange(detail.value)} />
      </SpaceBetween>
    </FormField>
  );
}
