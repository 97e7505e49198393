/** Where the strength of a new password is told while it is typed; empty, and so unseen, without scripts. */
export const STRENGTH = '<p role="status" id="strength"></p>';

/**
 * Tells how hard the first password of a form would be to guess, as it is typed: by its kinds of characters and its length; what repeats, goes
 * on in order or is in everybody's passwords counts little. It leaves the page for nobody, and decides nothing: what an account takes is the server's to say.
 */
export const STRENGTH_SCRIPT = `const field = document.querySelector('input[autocomplete=new-password]');
const place = document.getElementById('strength');
const KINDS = [[/[a-z]/, 26], [/[A-Z]/, 26], [/[0-9]/, 10], [/[^a-zA-Z0-9]/, 33]];
let timer;
const tell = () => {
  const codes = [...field.value.replace(/pass(w.?rd)?|qwert[yz]?|admin|root|welcome|letmein|sagemaker|amazon|aws/gi, '.')].map((letter) => letter.codePointAt(0));
  const fresh = codes.filter((code, i) => i === 0 || Math.abs(code - codes[i - 1]) > 1);
  const pool = KINDS.reduce((sum, [kind, size]) => sum + (kind.test(field.value) ? size : 0), 0);
  const bits = Math.log2(pool || 1) * (new Set(fresh).size + fresh.length) / 2;
  const word = bits < 45 ? 'weak' : bits < 65 ? 'fair' : 'strong';
  place.textContent = field.value === '' ? '' : 'Strength: ' + word + '.';
};
field.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(tell, 150); });`;
