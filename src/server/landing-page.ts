import type { HttpResponse } from '../core/http.ts';
import { escapeHtml, page } from './page.ts';

export interface Landing {
  /** `http://localhost:4566` */
  readonly endpoint: string;
  readonly version: string;
  readonly ephemeral: boolean;
  /** Whether who looks at this page may open the outbox by a plain link. */
  readonly outboxIsOpen: boolean;
}

/** What a person sees who opens the endpoint in a browser. */
export function landingPage({ endpoint, version, ephemeral, outboxIsOpen }: Landing): HttpResponse {
  const url = escapeHtml(endpoint);
  const outbox = outboxIsOpen
    ? '<p>Codes that sign-up sends are in the <a href="/_sagegate/outbox">outbox</a>.</p>'
    : '<p>Codes that sign-up sends are in the outbox; its address was printed in the terminal when the server started.</p>';
  return page(
    'Sagegate',
    `<main class="wide"><h1>Sagegate</h1>
<p>Authentication and access control for Amazon SageMaker, on your own machine: IAM, STS and a policy engine that speak AWS's protocols.</p>
<dl><dt>Enforcement</dt><dd><span class="state">on</span> for every request; it cannot be switched off</dd>
<dt>Endpoint</dt><dd><code>${url}</code></dd>
<dt>Data</dt><dd>${ephemeral ? 'ephemeral: gone when the server stops' : 'kept'}</dd>
<dt>Version</dt><dd>${escapeHtml(version)}</dd></dl>
<h2>In the browser</h2>
<p><a href="/signup">Sign up</a> for an account, or <a href="/console/">open the console</a> of one that you have: users, roles and policies, SageMaker's
pages, the policy simulator, and why a call was denied.</p>
${outbox}
<h2>On the command line</h2>
<pre>npx sagegate account create      # sign up: an account and its first keys
npx sagegate configure           # an AWS CLI profile for them
aws --profile sagegate sts get-caller-identity</pre>
<footer><a href="/_sagegate/ready">Readiness</a></footer></main>`,
  );
}
