import { describeWith, findBoto3 } from '../clients.ts';
import { journey, tell } from './journey.ts';
import { PythonTeller } from './python.ts';

const boto3 = findBoto3();

describeWith('boto3', boto3 !== undefined, `the journey, told by boto3 ${boto3?.version ?? ''}`, () => {
  if (boto3) tell(journey, (server) => new PythonTeller(boto3, server));
});
