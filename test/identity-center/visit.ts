/** Lets a device in, as somebody in front of a browser: `node visit.ts URL CODE USER PASSWORD`. In a process of its own where the names are AWS's. */
import { Browser } from './browser.ts';

const [url = '', user_code = '', user_name = '', password = ''] = process.argv.slice(2);
const { origin, pathname, search } = new URL(url);
const browser = await new Browser(origin).open(pathname + search);
await browser.submit('/device', { user_code });
if (browser.text.includes('Password')) await browser.submit('/sign-in', { user_name, password });
await browser.submit('/device/decision', { decision: 'allow' });
console.log(browser.text);
