/** Java's `.`: anything but a line terminator. */
const ANY = '[^\\n\\r\\u0085\\u2028\\u2029]';
const LINE_END = '[\\n\\r\\u0085\\u2028\\u2029]';

/**
 * Patterns of AWS's models that cannot be translated, or whose translation would backtrack too long on a hostile value, with an equivalent
 * written by hand. Key: the pattern as AWS has it. An equivalent accepts and refuses exactly the same values of the lengths the model allows
 * (hand-patterns.test.ts compares them); length is always checked first. pattern-safety.ts stops the build at a pattern that needs a row.
 */
export const HAND_PATTERNS: Readonly<Record<string, string>> = {
  // The quantifier on the anchor means nothing.
  '([\\p{L}\\p{Z}\\p{N}_.:\\/=+\\-@]*)${1,128}': '[\\p{L}\\p{Z}\\p{N}_.:\\/=+\\-@]*',
  '([\\p{L}\\p{Z}\\p{N}_.:\\/=+\\-@]*)${1,256}': '[\\p{L}\\p{Z}\\p{N}_.:\\/=+\\-@]*',
  // Of what `.` cannot take, the groups between can take all but these three.
  '.*(?:[ \\r\\n\\t].*)*': '[^\\u0085\\u2028\\u2029]*',
  // One round of the group is as good as 39.
  '[a-z0-9]([-a-z0-9]*[a-z0-9]){0,39}?': '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?',
  // A run is as many groups as it has characters; 1016 groups do not fit into 1024 characters.
  'https://([.\\-_a-zA-Z0-9]+/?){3,1016}': 'https://(?:[.\\-_a-zA-Z0-9]/?){3,}',
  // Everything up to the first slash, then a line.
  '^(https|s3)://([^/]+)/?(.*)$': `(?:https|s3)://[^/]+(?:/${ANY}*)?`,
  '(https|s3)://([^/]+)/?(.*)': `(?:https|s3)://[^/]+(?:/${ANY}*)?`,
  '(s3)://([^/]+)/?(.*)': `s3://[^/]+(?:/${ANY}*)?`,
  'https://([^/]+)/?(.*)$|^[a-zA-Z0-9](-*[a-zA-Z0-9])*': `https://[^/]+(?:/${ANY}*)?|[a-zA-Z0-9](?:-*[a-zA-Z0-9])*`,
  // As little as possible before the slash: one character, or all up to the last line end. 1024 characters leave the rest below 1016.
  'https://([^/]+)/?.{3,1016}': `https://[^/](?:[^/]*${LINE_END})?${ANY}{3,}`,
  // After an ARN's free part, a name of one character is enough.
  '(arn:aws[a-z\\-]*:sagemaker:[a-z0-9\\-]*:[0-9]{12}:model-card/.*)?([a-zA-Z0-9](-*[a-zA-Z0-9]){0,62})': `arn:aws[a-z\\-]*:sagemaker:[a-z0-9\\-]*:[0-9]{12}:model-card/${ANY}*[a-zA-Z0-9]|[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62}`,
  '(arn:aws[a-z\\-]*:sagemaker:[a-z0-9\\-]*:([0-9]{12}|aws):pipeline/.*)?([a-zA-Z0-9](-*[a-zA-Z0-9]){0,255})': `arn:aws[a-z\\-]*:sagemaker:[a-z0-9\\-]*:(?:[0-9]{12}|aws):pipeline/${ANY}*[a-zA-Z0-9]|[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,255}`,
  // The first `/execution/` is as good as any other.
  'arn:aws[a-z\\-]*:sagemaker:[a-z0-9\\-]*:[0-9]{12}:pipeline\\/.*\\/execution\\/.*': `arn:aws[a-z\\-]*:sagemaker:[a-z0-9\\-]*:[0-9]{12}:pipeline/(?:(?!/execution/)${ANY})*/execution/${ANY}*`,
  // The first colon that leaves something before it is as good as any other.
  '^arn:aws:organizations::.+:.+': `arn:aws:organizations::${ANY}[^:\\n\\r\\u0085\\u2028\\u2029]*:${ANY}+`,
  // The last part holds all that the two before it can.
  'arn:aws[a-z\\-]*:[a-z\\-]*:[a-z\\-]*:\\d{12}:[a-z\\-]*/?[a-zA-Z_0-9+=,.@\\-_/]+':
    'arn:aws[a-z\\-]*:[a-z\\-]*:[a-z\\-]*:\\d{12}:[a-zA-Z_0-9+=,.@\\-/]+',
};
