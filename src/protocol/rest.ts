import type { ModelFile } from '../model/model-file.ts';
import { malformed } from './scalar.ts';

/** A step of a path: literal text, one label, or a label that takes the rest. */
type Step = { readonly text: string } | { readonly label: string; readonly greedy: boolean };

export interface Route {
  readonly operation: string;
  readonly method: string;
  readonly steps: readonly Step[];
  /** Parameters that the query string must have, as in `/token?aws_iam=t`. */
  readonly query: readonly string[];
}

/** The REST routes of a model, the most particular first. */
export function routesOf(model: ModelFile): Route[] {
  return Object.entries(model.operations)
    .flatMap(([operation, { http }]) => {
      if (http === undefined) return [];
      const [method = '', uri = ''] = http.split(' ');
      const [path = '', query = ''] = uri.split('?');
      return [{ operation, method, steps: path.split('/').slice(1).filter(Boolean).map(stepOf), query: query.split('&').filter(Boolean) }];
    })
    .sort((a, b) => literals(b) - literals(a));
}

const literals = (route: Route): number => route.query.length + route.steps.filter((step) => 'text' in step).length;

function stepOf(text: string): Step {
  const label = /^\{([^+}]+)(\+?)\}$/.exec(text);
  return label ? { label: label[1] ?? '', greedy: label[2] === '+' } : { text };
}

/**
 * The labels of a path under a route; undefined when it does not fit. Each step is decoded once, after splitting: an encoded slash stays
 * inside its step.
 * @param query pieces of the query string, as sent
 * @throws ServiceError MalformedInput  a step that is not validly percent-encoded
 */
export function matchPath(route: Route, steps: readonly string[], query: readonly string[]): Map<string, string> | undefined {
  const labels = new Map<string, string>();
  for (const piece of route.query) if (!query.includes(piece)) return undefined;
  for (const [i, step] of route.steps.entries()) {
    const given = steps[i];
    if (given === undefined || given === '') return undefined;
    if ('text' in step) {
      if (step.text !== given) return undefined;
    } else if (step.greedy) {
      labels.set(step.label, steps.slice(i).map(decodeStep).join('/'));
      return labels;
    } else labels.set(step.label, decodeStep(given));
  }
  return steps.length === route.steps.length ? labels : undefined;
}

function decodeStep(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed('The path is not validly percent-encoded.');
  }
}
