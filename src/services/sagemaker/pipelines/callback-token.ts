/** Type of the rows by which callbacks find their execution. No family. */
export const CALLBACK_TOKEN = '(callback-token)';
