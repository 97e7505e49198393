import type { Scope } from '../../authorization/operation.ts';
import type { GONE, Phase } from '../../store/tables/sagemaker.ts';

/** Milliseconds that a change takes, about as long as a small stack on AWS; the installation's pace multiplies it. */
const ACCEPTED = 2_000;
const CHANGING = 50_000;

type Call = Pick<Scope, 'now' | 'installation'>;

/** When a change that begins now is through. */
const endOf = ({ now, installation }: Call): number => now + Math.round((ACCEPTED + CHANGING) * installation.pace);

/** The states of a record. Nothing is made, and so nothing fails. */
export const recordCourse = (call: Call): Phase[] => [
  { from: call.now, status: 'CREATED' },
  { from: call.now + Math.round(ACCEPTED * call.installation.pace), status: 'IN_PROGRESS' },
  { from: endOf(call), status: 'SUCCEEDED' },
];

/** The states of a provisioned product while it is launched, updated or terminated. */
export const productCourse = (call: Call, end: 'AVAILABLE' | typeof GONE = 'AVAILABLE'): Phase[] => [
  { from: call.now, status: 'UNDER_CHANGE' },
  { from: endOf(call), status: end },
];
