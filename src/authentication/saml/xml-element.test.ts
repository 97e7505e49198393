import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readXml } from './xml-element.ts';

describe('an XML document', () => {
  it('is read with namespaces, attributes and text', () => {
    const text = `\uFEFF<?xml version="1.0" encoding="UTF-8"?>
      <!-- a < b & c -->
      <a xmlns="urn:1" xmlns:p='urn:2' x="&lt;&#65;&#x42;&quot;" p:y="2">one<p:b/><!-- x --><![CDATA[<&two]]><c xmlns="urn:3"><d/></c></a>
      <!-- end -->`;
    expect(readXml(text)).toMatchObject({
      namespace: 'urn:1',
      name: 'a',
      attributes: { x: '<AB"' },
      allAttributes: [{ name: 'x' }, { prefix: 'p', namespace: 'urn:2', name: 'y', value: '2' }],
      text: 'one<&two',
      children: [
        { namespace: 'urn:2', name: 'b', children: [] },
        { namespace: 'urn:3', name: 'c', children: [{ namespace: 'urn:3', name: 'd' }] },
      ],
    });
  });

  it.each([
    ['nothing', ''],
    ['text alone', 'a'],
    ['a document type', '<!DOCTYPE a><a/>'],
    ['a document type inside', '<a><!DOCTYPE a></a>'],
    ['a processing instruction', '<a><?php x?></a>'],
    ['a declaration later on', '<a/><?xml version="1.0"?>'],
    ['an unknown entity', '<a>&nbsp;</a>'],
    ['an entity by an inherited name', '<a>&constructor;</a>'],
    ['a bare ampersand', '<a>a & b</a>'],
    ['a null character', '<a>&#0;</a>'],
    ['half a character', '<a>&#xD800;</a>'],
    ['beyond Unicode', '<a>&#x110000;</a>'],
    ['open ends', '<a><b></b>'],
    ['crossing', '<a><b></a></b>'],
    ['an end without a start', '</a>'],
    ['two roots', '<a/><b/>'],
    ['text beside the root', '<a/>x'],
    ['CDATA beside the root', '<![CDATA[x]]><a/>'],
    ['a repeated attribute', '<a x="1" x="2"/>'],
    ['a repeated namespace', '<a xmlns:p="1" xmlns:p="2"/>'],
    ['an attribute without quotes', '<a x=1/>'],
    ['attributes without space', '<a x="1"y="2"/>'],
    ['a tag in an attribute', '<a x="<"/>'],
    ['an undeclared prefix', '<p:a/>'],
    ['an open comment', '<a><!-- </a>'],
    ['dashes in a comment', '<a><!-- -- --></a>'],
    ['65 levels', '<a>'.repeat(65) + '</a>'.repeat(65)],
    ['65 attributes', `<a ${Array.from({ length: 65 }, (_, i) => `x${i}=""`).join(' ')}/>`],
    ['64 namespaces and `xml`', Array.from({ length: 64 }, (_, i) => `<a xmlns:p${i}="u">`).join('') + '</a>'.repeat(64)],
    ['too many elements', `<a>${'<b/>'.repeat(100_000)}</a>`],
  ])('is not %s', (_, text) => expect(readXml(text)).toBeUndefined());

  it('takes 64 levels', () => expect(readXml('<a>'.repeat(64) + '</a>'.repeat(64))).toBeDefined());

  it('is read or refused, whatever it is', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '/',
      '</a>',
      '<a',
      '<a>',
      ' ',
      'x="',
      '"',
      '&',
      '&amp;',
      ';',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      'xmlns=',
      ':',
      'p',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 3 }))), (pieces) => {
        const root = readXml(pieces.join(''));
        expect(root === undefined || root.name.length > 0).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
