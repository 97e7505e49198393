import { tellByCommandLine } from './command-line-journey.ts';

tellByCommandLine('1');
