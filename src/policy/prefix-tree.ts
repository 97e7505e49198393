/** Values under texts; finds those whose text begins the one that is asked for, in steps of whole edges. */
export class PrefixTree<T> {
  readonly #root: Node<T> = { edge: '', values: [], children: new Map() };

  add(prefix: string, value: T): void {
    let node = this.#root;
    let rest = prefix;
    while (rest !== '') {
      const first = rest.charCodeAt(0);
      const child = node.children.get(first);
      if (!child) {
        const leaf: Node<T> = { edge: rest, values: [], children: new Map() };
        node.children.set(first, leaf);
        node = leaf;
        break;
      }
      const shared = sharedLength(child.edge, rest);
      if (shared < child.edge.length) {
        const upper: Node<T> = { edge: child.edge.slice(0, shared), values: [], children: new Map() };
        child.edge = child.edge.slice(shared);
        upper.children.set(child.edge.charCodeAt(0), child);
        node.children.set(first, upper);
        node = upper;
      } else node = child;
      rest = rest.slice(shared);
    }
    node.values.push(value);
  }

  /** The first value, among those whose text begins `text`, that `accepts` takes. */
  find(text: string, accepts: (value: T) => boolean): T | undefined {
    let node: Node<T> | undefined = this.#root;
    let at = 0;
    while (node) {
      for (const value of node.values) if (accepts(value)) return value;
      node = node.children.get(text.charCodeAt(at));
      if (!node || !text.startsWith(node.edge, at)) return undefined;
      at += node.edge.length;
    }
    return undefined;
  }
}

interface Node<T> {
  edge: string;
  readonly values: T[];
  readonly children: Map<number, Node<T>>;
}

function sharedLength(a: string, b: string): number {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  return i;
}
