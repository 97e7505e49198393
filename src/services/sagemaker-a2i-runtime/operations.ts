import { type Operations, row } from '../../authorization/operation.ts';
import { deleteHumanLoop, describeHumanLoop, listHumanLoops, startHumanLoop, stopHumanLoop } from './human-loop.ts';
import { flowDefinition, humanLoop } from './resources.ts';

/**
 * Who may have people asked, and see what became of it. To start a loop is an action on its flow definition; none of them has tags.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
// biome-ignore format: a table, to be read in columns.
export const sagemakerA2iRuntimeOperations: Operations = {
  //                     action                          access   resource        condition keys  dependent actions  handler
  StartHumanLoop:    row('sagemaker:StartHumanLoop',    'Write', flowDefinition, [],             [],                startHumanLoop),
  DescribeHumanLoop: row('sagemaker:DescribeHumanLoop', 'Read',  humanLoop,      [],             [],                describeHumanLoop),
  ListHumanLoops:    row('sagemaker:ListHumanLoops',    'List',  '*',            [],             [],                listHumanLoops),
  StopHumanLoop:     row('sagemaker:StopHumanLoop',     'Write', humanLoop,      [],             [],                stopHumanLoop),
  DeleteHumanLoop:   row('sagemaker:DeleteHumanLoop',   'Write', humanLoop,      [],             [],                deleteHumanLoop),
};
