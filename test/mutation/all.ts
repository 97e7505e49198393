/* The tests of the policy engine in one, parts before the whole and the quick ones first: a mutant's run ends at the first that fails. */

import '../../src/policy/match/glob.test.ts';
import '../../src/policy/match/match.test.ts';
import '../../src/policy/value/values.test.ts';
import '../../src/policy/json.test.ts';
import '../../src/policy/position.test.ts';
import '../../src/policy/size.test.ts';
import '../../src/policy/template.test.ts';
import '../../src/policy/document.test.ts';
import '../../src/policy/prefix-tree.test.ts';
import '../../src/policy/action-index.test.ts';
import '../../src/policy/candidates.test.ts';
import '../../src/policy/operator.test.ts';
import '../../src/policy/condition.test.ts';
import '../../src/policy/statement.test.ts';
import '../../src/policy/principal-value.test.ts';
import '../../src/policy/shared-provider.test.ts';
import '../../src/policy/validate.test.ts';
import '../../src/policy/decide.test.ts';
import '../../src/policy/explain.test.ts';
import '../../src/policy/compiler.test.ts';
import '../decisions/scenarios.test.ts';
import './agreement.ts';

export { collect } from './vitest.ts';
