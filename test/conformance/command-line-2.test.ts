import { tellByCommandLine } from './command-line-journey.ts';

tellByCommandLine('2');
