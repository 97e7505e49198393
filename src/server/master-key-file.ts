import { createMasterKey, formatMasterKey, KeyRing, parseKeyRing } from '../authentication/master-key.ts';
import type { SecretBox } from '../authentication/secret-box.ts';
import type { Random } from '../core/id.ts';
import type { Store } from '../store/store.ts';
import { settings } from '../store/tables/account.ts';
import type { DataDirectory } from './data-directory.ts';

const FILE = 'master-key';

/**
 * The master key: from SAGEGATE_MASTER_KEY, else from the directory's key file, which is made when there is none. The variable may hold
 * several, one a line, as the file may.
 * @throws Error  with a sentence for the operator
 */
export function loadMasterKey(given: string | undefined, directory: DataDirectory, random: Random): KeyRing {
  if (given !== undefined && given !== '') return parseKeyRing(given);
  const known = directory.read(FILE);
  if (known !== undefined) return parseKeyRing(known);
  if (directory.has('sagegate.db')) {
    throw new Error(`The master key of ${directory.path} is missing. Put it back as ${FILE}, or set SAGEGATE_MASTER_KEY.`);
  }
  const key = createMasterKey(random);
  directory.create(FILE, `${formatMasterKey(key)}\n`);
  return new KeyRing(key);
}

const CHECK = { name: 'master-key-check', place: { account: '', entity: 'installation', column: 'master_key.check' } };

/**
 * Makes sure that the master key is the one that the data was sealed under (threat G07).
 * @throws Error  with a sentence for the operator when it is another
 */
export async function checkMasterKey(store: Store, secrets: SecretBox): Promise<void> {
  const known = await store.get(settings, [CHECK.name]);
  if (known === undefined) {
    await store.write((writer) => writer.insert(settings, { name: CHECK.name, value: secrets.seal('right', CHECK.place) }));
  } else if (secrets.open(known.value, CHECK.place) !== 'right') {
    throw new Error('The master key is not the one that this data was protected with. Set the right one; nothing has been changed.');
  }
}
