import { describe, expect, it } from 'vitest';
import { renderTemplate, TemplateError } from './liquid.ts';

const values = { task: { input: { text: '<b>"hi"</b>', labels: ['cat', 'dog'], n: 3, nested: { a: [1, { b: 'deep' }] }, none: null } } };

const variables = (count: number): string => Array.from({ length: count }, (_, i) => `{% assign v${i} = 1 %}`).join('');

describe('a template', () => {
  it.each([
    ['plain', 'plain'],
    ['{{ task.input.text }}', '&lt;b&gt;&quot;hi&quot;&lt;/b&gt;'],
    ['{{ task.input.text | skip_autoescape }}', '<b>"hi"</b>'],
    ['{{ task.input.text | escape }}', '&lt;b&gt;&quot;hi&quot;&lt;/b&gt;'],
    ['{{ task.input.labels | to_json }}', '[&quot;cat&quot;,&quot;dog&quot;]'],
    ['{{ task.input.labels | to_json | skip_autoescape }}', '["cat","dog"]'],
    ['{{ task.input.nested.a[1].b }}{{ task.input["n"] }}', 'deep3'],
    ['{{ task.input.labels.size }}{{ task.input.labels | first }}{{ task.input.labels.last }}', '2catdog'],
    ['{{ task.input.missing }}{{ task.input.none }}{{ nobody.at.all }}', ''],
    ['{{ task.input.missing | default: "x" | upcase }}', 'X'],
    ['{{ task.input.n | plus: 4 | times: 2 }}', '14'],
    ['{{ "a,b" | split: "," | join: "-" | append: "!" }}', 'a-b!'],
    ['{{ "s3://b/k" | grant_read_access }}', 's3://b/k'],
    ['{% for l in task.input.labels %}{{ forloop.index }}{{ l }}{% unless forloop.last %},{% endunless %}{% endfor %}', '1cat,2dog'],
    ['{% if task.input.n > 2 and task.input.labels contains "cat" %}yes{% else %}no{% endif %}', 'yes'],
    ['{% if task.input.none %}a{% elsif task.input.n == 3 %}b{% else %}c{% endif %}', 'b'],
    ['{% assign x = task.input.n | minus: 1 %}{{ x }}', '2'],
    ['a {%- comment -%} {{ gone }} {% endcomment -%} b', 'ab'],
    ['{% raw %}{{ as it is }}{% endraw %}', '{{ as it is }}'],
    ['{ {a} }', '{ {a} }'],
    // Nothing but own members of values is read.
    ['{{ task.constructor }}{{ task.input.labels.constructor }}{{ __proto__.toString }}{{ constructor }}', ''],
  ])('%s', (template, expected) => {
    expect(renderTemplate(template, values)).toBe(expected);
  });

  it.each([
    ['{{ a', '{{ is not closed.'],
    ['{% if a %}', 'endif is missing.'],
    ['{% nothing %}', 'The tag nothing is not known.'],
    ['{{ a | toString }}', 'The filter toString is not known.'],
    ['{{ a b }}', 'An expression has more than it should.'],
    ['{{ | }}', 'A value is missing.'],
    ['{{ a # b }}', 'a # b is no expression.'],
    ['{% for a of b %}{% endfor %}', 'for needs in.'],
    ['{% if a %}'.repeat(40) + '{% endif %}'.repeat(40), 'Tags are nested too deep.'],
  ])('%s is refused', (template, message) => {
    expect(() => renderTemplate(template, values)).toThrow(new TemplateError(message));
  });

  it.each([
    ['doubles a text again and again', `{% assign x = "aaaaaaaaaa" %}${'{% assign x = x | append: x %}'.repeat(40)}`],
    ['loops in loops', `${'{% for a in l %}'.repeat(6)}x${'{% endfor %}'.repeat(6)}`],
    ['loops over nothing', `${'{% for a in l %}'.repeat(6)}${'{% endfor %}'.repeat(6)}`],
    ['walks a long path again and again', `{% for a in l %}{{ l${'.size'.repeat(50_000)} }}{% endfor %}`],
    ['looks through a text again and again', `{% for a in l %}${'{% if l contains t %}{% endif %}'.repeat(10)}{% endfor %}`],
    ['compares long texts again and again', `{% for a in l %}${'{% if t == t %}{% endif %}'.repeat(10)}{% endfor %}`],
    ['counts many variables again and again', `${variables(1000)}${'{% for a in none %}{% endfor %}'.repeat(5000)}`],
    ['repeats a separator', `{% assign s = t %}{{ l | join: s | size }}${'{{ l | join: t }}'.repeat(500)}`],
  ])('that %s is stopped', (_, template) => {
    const many = { l: Array.from({ length: 100 }, () => 'item'), t: 'x'.repeat(10_000) };
    expect(() => renderTemplate(template, many)).toThrow('The template is too much to render.');
  });
});
