import { expect, it } from 'vitest';
import { consoleDestination } from './console-destination.ts';

const ORIGIN = 'http://localhost:4566';

// biome-ignore format: a table, to be read in columns.
const CASES: readonly [wanted: string | undefined, path: string][] = [
  [undefined,                                             '/console/'],
  ['',                                                    '/console/'],
  ['/console/sagemaker?region=eu-west-1#/notebooks',      '/console/sagemaker?region=eu-west-1#/notebooks'],
  ['http://localhost:4566/console/iam',                   '/console/iam'],
  ['https://console.aws.amazon.com/',                     '/console/'],
  ['https://console.aws.amazon.com/console/home?x=1',     '/console/'],
  ['https://console.aws.amazon.com/sagemaker',            '/console/sagemaker'],
  ['https://eu-west-1.console.aws.amazon.com/sagemaker/home?region=eu-west-1#/n', '/console/sagemaker/home?region=eu-west-1#/n'],
  ['https://console.aws.amazon.com//evil.example/',       '/console/evil.example/'],
  // Elsewhere, in every spelling: home.
  ['https://evil.example/console/',                       '/console/'],
  ['//evil.example/console/',                             '/console/'],
  ['/\\evil.example/console/',                            '/console/'],
  ['\\\\evil.example',                                    '/console/'],
  ['/\t/evil.example',                                    '/console/'],
  ['https:evil.example',                                  '/console/'],
  ['http://localhost:4566@evil.example/console/',         '/console/'],
  ['https://console.aws.amazon.com@evil.example/',        '/console/'],
  ['https://user@console.aws.amazon.com/sagemaker',       '/console/'],
  ['https://console.aws.amazon.com.evil.example/iam',     '/console/'],
  ['https://evilconsole.aws.amazon.com/iam',              '/console/'],
  ['https://console.aws.amazon.com:8443/iam',             '/console/'],
  ['http://console.aws.amazon.com/iam',                   '/console/'],
  ['http://localhost:4567/console/iam',                   '/console/'],
  ['javascript:alert(1)',                                 '/console/'],
  ['data:text/html,x',                                    '/console/'],
  ['/console/../federation?Action=logout',                '/console/'],
  ['/_sagegate/outbox',                                   '/console/'],
  ['https://console.aws.amazon.com/\r\nSet-Cookie: a=b',  '/console/'],
  [`/console/${'a'.repeat(3000)}`,                        '/console/'],
];

it.each(CASES)('C16: %j leads to %s', (wanted, path) => expect(consoleDestination(wanted, ORIGIN)).toBe(path));
