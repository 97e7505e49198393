/**
 * A map that remembers what was used lately: at most twice `capacity` entries. When the young half is full it becomes the old one and what
 * was in the old one is forgotten, unless it was asked for in the meantime. A hit costs one look-up, unlike a list in order of use.
 */
export class GenerationMap<K, V> {
  readonly #capacity: number;
  #young = new Map<K, V>();
  #old = new Map<K, V>();

  constructor(capacity: number) {
    this.#capacity = Math.max(1, capacity);
  }

  get(key: K): V | undefined {
    const found = this.#young.get(key);
    if (found !== undefined) return found;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  /** Gives back the value. */
  set(key: K, value: V): V {
    if (this.#young.size >= this.#capacity && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
    return value;
  }
}
