import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { DecidingKind, ExplainedLayer, ExplainedPolicy, ExplainedStatement, Explanation } from '../../../src/policy/index.ts';
import { laidOut } from '../iam/blank-policy.ts';
import { AllowingStatement } from './allowing-statement.tsx';
import { suggestionFor } from './suggestion.ts';

export interface ExplainedProps {
  readonly explanation: Pick<Explanation, 'request' | 'decision' | 'layers' | 'missingKeys'>;
  /** The text of a policy, where it is known: its statements are then shown in it. */
  readonly textOf?: (kind: DecidingKind, policy: ExplainedPolicy) => string | undefined;
}

const LAYERS: Readonly<Record<DecidingKind, string>> = {
  rcp: 'Resource control policies',
  scp: 'Service control policies',
  endpoint: 'VPC endpoint policy',
  resource: 'Policy of the resource',
  trust: 'Trust policy',
  identity: 'Policies of the caller',
  boundary: 'Permissions boundary',
  session: 'Session policy',
};

/** Of the layers of a kind, one a level, those decide that come to the outcome. */
const DECIDES = { allowed: 'allows', explicitDeny: 'denies', implicitDeny: 'silent' } as const;

const VERDICTS = {
  allows: ['success', 'Allows'],
  denies: ['error', 'Denies'],
  silent: ['stopped', 'Does not allow'],
} as const;

/** A decision, kind of policy by kind of policy, statement by statement: what matched, and what kept the others from it. */
export function Explained({ explanation, textOf }: ExplainedProps) {
  const { request, decision, layers, missingKeys } = explanation;
  const suggestion = suggestionFor(decision, request);
  return (
    <SpaceBetween size="l">
      {suggestion &&
        (suggestion.statement === undefined ? (
          <Container header={<Header variant="h2">What would allow this</Header>}>
            <p>
              Nothing can be added that would: an explicit Deny stands in {suggestion.where}. It would have to be changed, so that it no
              longer holds for this request.
            </p>
          </Container>
        ) : (
          <AllowingStatement
            statement={suggestion.statement}
            where={suggestion.where}
            action={request.action}
            resource={request.resource}
            caller={suggestion.kind === 'identity' ? request.caller : undefined}
          />
        ))}
      {missingKeys.length > 0 && (
        <Alert type="info" header="The request lacks condition keys that policies ask for">
          {missingKeys.join(', ')}
        </Alert>
      )}
      <Container header={<Header variant="h2">Policies that were looked at</Header>}>
        <SpaceBetween size="m">
          {layers.length === 0 && <p>None: nothing needs to allow this to the root user.</p>}
          {layers.map((layer) => (
            <Layer
              key={`${layer.kind} ${layer.level ?? ''}`}
              layer={layer}
              isDeciding={layer.kind === decision.decidedBy && layer.verdict === DECIDES[decision.outcome]}
              textOf={textOf}
            />
          ))}
        </SpaceBetween>
      </Container>
    </SpaceBetween>
  );
}

function Layer({ layer, isDeciding, textOf }: { layer: ExplainedLayer; isDeciding: boolean; textOf: ExplainedProps['textOf'] }) {
  const [type, text] = VERDICTS[layer.verdict];
  const level = layer.level === undefined ? '' : layer.level === 0 ? ', at the root' : `, level ${layer.level}`;
  return (
    <section>
      <Box variant="h3">
        {LAYERS[layer.kind]}
        {level}
      </Box>
      <StatusIndicator type={type}>
        {text}
        {isDeciding && ': this decides'}
      </StatusIndicator>
      {layer.policies.length === 0 && <p>There is none.</p>}
      {layer.policies.map((policy) => {
        const matched = policy.statements.filter(({ applies }) => applies).length;
        const via = policy.source.via === undefined ? '' : `, by ${policy.source.via}`;
        return (
          <ExpandableSection
            key={`${policy.source.arn ?? policy.source.name} ${policy.source.via ?? ''}`}
            defaultExpanded={matched > 0}
            headerText={policy.source.name + via}
            headerDescription={`${matched} of ${policy.statements.length} statements match`}
          >
            {policy.error !== undefined && <Alert type="error">Does not parse, and so denies everything: {policy.error}</Alert>}
            <Statements policy={policy} text={textOf?.(layer.kind, policy)} />
          </ExpandableSection>
        );
      })}
    </section>
  );
}

/** Those that match, and behind a click those that do not: policies have dozens. */
function Statements({ policy, text }: { policy: ExplainedPolicy; text: string | undefined }) {
  const others = policy.statements.filter(({ applies }) => !applies);
  const list = (statements: readonly ExplainedStatement[]) => (
    <ol className="statements">
      {statements.map((statement) => (
        <li key={statement.index}>
          <Statement statement={statement} text={text} />
        </li>
      ))}
    </ol>
  );
  if (others.length === 0 || others.length === policy.statements.length) return list(policy.statements);
  return (
    <>
      {list(policy.statements.filter(({ applies }) => applies))}
      <ExpandableSection variant="footer" headerText={`${others.length} that ${others.length === 1 ? 'does' : 'do'} not match`}>
        {list(others)}
      </ExpandableSection>
    </>
  );
}

const ELEMENTS = { principal: 'the principal', action: 'the action', resource: 'the resource', condition: 'a condition' } as const;

function Statement({ statement, text }: { statement: ExplainedStatement; text: string | undefined }) {
  const { sid, index, effect, applies, failed, conditions } = statement;
  const name = sid ?? `Statement ${index + 1}`;
  return (
    <div className={applies ? 'statement matched' : 'statement'}>
      <StatusIndicator type={applies ? (effect === 'Allow' ? 'success' : 'error') : 'stopped'}>
        {name}: {effect}
        {applies ? ', matches' : `, does not match by ${failed.map((each) => ELEMENTS[each]).join(' and ')}`}
      </StatusIndicator>
      {text !== undefined ? (
        <pre className="document">{excerpt(text, statement)}</pre>
      ) : (
        <Box color="text-body-secondary" fontSize="body-s">
          {statement.actions.slice(0, 10).join(', ')}
          {statement.actions.length > 10 && ` and ${statement.actions.length - 10} more`} on{' '}
          {statement.resources.slice(0, 10).join(', ') || '–'}
        </Box>
      )}
      {conditions.length > 0 && (
        <ul>
          {conditions.map(({ operator, key, expected, actual, holds }) => (
            <li key={`${operator} ${key}`}>
              {holds ? '✓' : '✗'} {operator} {key}: expected {expected.join(' or ')}; the request has {actual?.join(', ') ?? 'none'}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** A statement's own text. Positions count from 1; the end is one past the closing brace. */
function excerpt(text: string, { start, end }: ExplainedStatement): string {
  const lines = text.split(/\r\n|\r|\n/).slice(start.line - 1, end.line);
  const last = lines.length - 1;
  const own = lines.map((line, i) => line.slice(i === 0 ? start.column - 1 : 0, i === last ? end.column - 1 : undefined)).join('\n');
  return laidOut(outdented(own));
}

/** A part of a document without the indentation of the whole, which its first line has lost already. */
function outdented(part: string): string {
  const indent = /\n([ \t]*)\S[^\n]*$/.exec(part)?.[1] ?? '';
  return indent === '' ? part : part.replaceAll(`\n${indent}`, '\n');
}
